"""Tables of the floor under every wing: the event log, realtime tickets, open tabs, and the processes that run jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime


class Stream(Base):
    """A log: the last number given out, and the number up to which its events have been compacted away."""

    __tablename__ = "event_streams"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    floor_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Event(Base):
    """One thing that happened in a stream; `seq` counts 1, 2, 3… without a gap."""

    __tablename__ = "events"

    stream: Mapped[str] = mapped_column(ForeignKey("event_streams.name", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Executor(Base):
    """A process that runs jobs, and when it last said so."""

    __tablename__ = "executors"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Ticket(Base):
    """A single-use pass for one realtime socket, stored as its digest."""

    __tablename__ = "realtime_tickets"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id)
    credential_id: Mapped[str | None] = mapped_column(Id)
    """The sign-in or key that it was asked for with: what ends with it ends its sockets."""
    authorised_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OpenTab(Base):
    """A browser tab that follows its person's streams at this moment; `seen_at` is how the others know it lives."""

    __tablename__ = "realtime_tabs"

    user_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    device: Mapped[str] = mapped_column(String(80))
    carrier: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
