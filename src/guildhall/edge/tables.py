"""Tables of the edge: the calls, and their sums by minute and hour."""

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id


class Call(Base):
    """One metered request: who, where, how long, how much; never a word of prompt or answer.

    Rows outlive the keys, users and channels they name, hence no foreign keys. Columns are in the order of
    `edge.call.CallRow`.
    """

    __tablename__ = "calls"
    __table_args__ = (
        # Ids are in order of time, so what is asked for by time alone needs no index of its own.
        Index("ix_calls_user_id_at", "user_id", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    """When it began, in microseconds since 1970 (UTC)."""
    key_id: Mapped[str | None] = mapped_column(Id)
    user_id: Mapped[str | None] = mapped_column(Id)
    channel_id: Mapped[str | None] = mapped_column(Id)
    model: Mapped[str] = mapped_column(String(200))
    endpoint: Mapped[str] = mapped_column(String(40))
    stream: Mapped[bool]
    status: Mapped[int] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(String(60))
    total_us: Mapped[int] = mapped_column(BigInteger)
    ttft_us: Mapped[int | None] = mapped_column(BigInteger)
    overhead_us: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    reasoning_tokens: Mapped[int | None]
    estimated: Mapped[bool]
    attempts: Mapped[int]
    address: Mapped[str] = mapped_column(String(45))
    session_id: Mapped[str | None] = mapped_column(Id)
    cache_write_tokens: Mapped[int | None]
    message: Mapped[str | None] = mapped_column(String(300))
    """What went wrong, in the words that the caller was told."""
    cost_nano: Mapped[int | None] = mapped_column(BigInteger)
    """In nano-units of the hall's currency; None when no price is known, which is not the same as nothing."""
    price_id: Mapped[str | None] = mapped_column(Id)


class CallSum(Base):
    """What the calls of one period, on one channel, add up to; written with the calls themselves.

    Minutes are kept for alerts, hours for the dashboard: neither ever counts calls.
    """

    __tablename__ = "call_sums"

    period: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Its length in seconds: 60 or 3600."""
    starts: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """When it began, in seconds since 1970 (UTC)."""
    channel_id: Mapped[str] = mapped_column(Id, primary_key=True)
    """Empty for calls that no channel took."""
    calls: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    """Calls that failed through no fault of the caller: status 500 or more."""
    refused: Mapped[int] = mapped_column(BigInteger)
    """Calls that were refused: status 400 to 499."""
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    total_us: Mapped[int] = mapped_column(BigInteger)
    cost_nano: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(BigInteger)
    """Calls that used tokens whose price is not known."""


class CallStat(Base):
    """What the calls of one hour, user, key, channel and model add up to: statistics never read calls.

    Empty where a call had no key, no channel took it, or no such model was known.
    """

    __tablename__ = "call_stats"

    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """When it began, in seconds since 1970 (UTC)."""
    user_id: Mapped[str] = mapped_column(Id, primary_key=True)
    key_id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[str] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    refused: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_nano: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(BigInteger)
    """Calls that used tokens whose price is not known."""
    total_us: Mapped[int] = mapped_column(BigInteger)


class CallTime(Base):
    """How many answered calls of one hour, channel and model took how long: histograms that can be added up.

    `edge.histogram` says what the buckets are, and makes percentiles of them.
    """

    __tablename__ = "call_times"

    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel_id: Mapped[str] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    measure: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`total` or `ttft`, the time to the first token."""
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    calls: Mapped[int] = mapped_column(BigInteger)
