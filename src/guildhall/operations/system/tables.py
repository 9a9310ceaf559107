"""Tables of the system page: processes and what they say of themselves, and who holds a task that only one may do."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Json, UtcDateTime

ProcessRole = Literal["server", "worker"]


class Process(Base):
    """A server or worker, as it last described itself."""

    __tablename__ = "processes"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    role: Mapped[ProcessRole] = mapped_column(String(10))
    runs_jobs: Mapped[bool]
    version: Mapped[str] = mapped_column(String(40))
    host: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


class Lease(Base):
    """A task that one process at a time may do; whoever comes first after `until` has it next."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
