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
