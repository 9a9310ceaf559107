"""Tables of the edge: the calls with their attempts and bodies, and their sums by minute and hour."""

from typing import Any, Literal

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id

FAILED = "status >= 400"


def _where(condition: str) -> dict[str, Any]:
    """An index of the rows of which this is true."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# What calls are shared out by.
SharedBy = Literal["channel", "key", "model", "user"]


class Call(Base):
    """One metered request: who, where, how long, how much; never a word of prompt or answer.

    Rows outlive the keys, users and channels they name, hence no foreign keys. Columns are in the order of
    `edge.call.CallRow`.
    """

    __tablename__ = "calls"
    __table_args__ = (
        # Ids are in order of time, so what is asked for by time alone needs no index of its own.
        Index("ix_calls_user_id_at", "user_id", "at"),
        # The others hold few rows: a plain call by a program has none of these.
        Index("ix_calls_failed", "id", **_where(FAILED)),
        Index("ix_calls_code", "code", "id", **_where("code IS NOT NULL")),
        Index("ix_calls_session_id", "session_id", "id", **_where("session_id IS NOT NULL")),
        Index("ix_calls_client_request_id", "client_request_id", "id", **_where("client_request_id IS NOT NULL")),
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
    client_request_id: Mapped[str | None] = mapped_column(String(64))
    """The caller's own name for it."""


class CallAttempt(Base):
    """One attempt at a channel that failed. Stored with the call's row; columns as in `edge.call.AttemptRow`."""

    __tablename__ = "call_attempts"

    call_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """From 1, in the order in which they were made."""
    channel_id: Mapped[str] = mapped_column(Id)
    channel_key_id: Mapped[str | None] = mapped_column(Id)
    upstream_model: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(30))
    status: Mapped[int | None] = mapped_column(Integer)
    """The provider's, if it gave any."""
    total_us: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    """When it began, in microseconds since 1970 (UTC)."""
    message: Mapped[str] = mapped_column(String(300))
    """What went wrong, with the provider's own words, which callers are not told."""


class CallBody(Base):
    """Prompt and answer of a call, where an admin has them kept: compressed with zlib, and masked if so configured."""

    __tablename__ = "call_bodies"

    call_id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    """When the call began, in microseconds since 1970 (UTC)."""
    request: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    request_bytes: Mapped[int] = mapped_column(BigInteger)
    """How long it was, and how much of that was kept, before anything was masked."""
    answer_bytes: Mapped[int] = mapped_column(BigInteger)
    request_kept: Mapped[int] = mapped_column(BigInteger)
    answer_kept: Mapped[int] = mapped_column(BigInteger)
    is_masked: Mapped[bool]


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
    __table_args__ = (
        # To find the hours that hold calls of something rare.
        Index("ix_call_stats_user_id_hour", "user_id", "hour"),
        Index("ix_call_stats_key_id_hour", "key_id", "hour"),
        Index("ix_call_stats_channel_id_hour", "channel_id", "hour"),
        Index("ix_call_stats_model_hour", "model", "hour"),
    )

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


class CallShare(Base):
    """What the calls of one hour add up to for each model, channel, user and key, whatever the others are.

    Made from `call_stats` once the hour is over, so that storing a call costs nothing more. Every call is in it four
    times, once for each kind of name. Rows lie in the order of their key, where the database can do that.
    """

    __tablename__ = "call_shares"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it

    shared_by: Mapped[SharedBy] = mapped_column(String(10), primary_key=True)
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """When it began, in seconds since 1970 (UTC)."""
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The model's name, or the id of another; empty as in `call_stats`."""
    calls: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    refused: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_nano: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(BigInteger)
    total_us: Mapped[int] = mapped_column(BigInteger)


class CallShareTime(Base):
    """The histograms of `call_times`, added up for each model and for each channel, once the hour is over."""

    __tablename__ = "call_share_times"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it

    shared_by: Mapped[SharedBy] = mapped_column(String(10), primary_key=True)
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    measure: Mapped[str] = mapped_column(String(10), primary_key=True)
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    calls: Mapped[int] = mapped_column(BigInteger)


class CallShareHour(Base):
    """How far shares are made: up to the latest hour that `is_current`, without those that are not.

    An hour is not current when calls of it were stored after its shares had been made; these are made again.
    """

    __tablename__ = "call_share_hours"

    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_current: Mapped[bool]
