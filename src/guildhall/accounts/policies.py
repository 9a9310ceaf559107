"""The configuration documents of accounts and of the house as a whole: what an admin changes while it runs."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from guildhall.accounts.configuration import Configuration
from guildhall.accounts.documents import Document
from guildhall.core.web import Moment

Level = Literal["info", "warning", "critical"]
ANNOUNCEMENT_STREAM = "announcement"


class AccountsPolicy(Document):
    """Who may make an account, and how often signing in may fail."""

    name: ClassVar[str] = "accounts"
    title: ClassVar[str] = "Accounts"

    registration: Literal["open", "invite", "closed"] = Field(
        "open", description="Who may register: anyone, people with an invitation, or nobody."
    )
    guests: bool = Field(False, description="Whether visitors may come in without an account.")
    wrong_sign_ins_per_account: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Wrong passwords for one account, from everywhere, before strange addresses have to wait.",
    )
    wrong_sign_ins_per_address: int = Field(
        30, ge=1, le=10_000, description="Wrong passwords from one address before it has to wait."
    )
    wrong_keys_per_address: int = Field(
        10,
        ge=1,
        le=10_000,
        description="Wrong API keys from one address, a minute, before it is blocked for five; right ones still work.",
    )
    wrong_sign_ins_minutes: int = Field(15, ge=1, le=1440, description="The time in which they are counted.")
    registrations_per_address: int = Field(
        100, ge=1, le=100_000, description="New accounts, and requests for a new password, from one address, an hour."
    )


class Announcement(Document):
    """A banner at the top of every page, also before signing in."""

    name: ClassVar[str] = "announcement"
    title: ClassVar[str] = "Announcement"

    text: str = Field("", max_length=500, description="What it says; empty shows no banner.")
    level: Level = Field("info", description="How urgent it looks.")
    until: Moment | None = Field(None, description="When it disappears by itself; empty means never.")

    def event(self, revision: int) -> tuple[str, str, dict[str, Any]] | None:
        """Browsers that are open show it at once."""
        return ANNOUNCEMENT_STREAM, "announcement.changed", {"announcement": self.shown(revision)}

    def shown(self, revision: int, now: datetime | None = None) -> dict[str, Any] | None:
        """What browsers show; `revision` tells a new announcement from one that somebody closed."""
        if not self.text or (now is not None and self.until is not None and self.until <= now):
            return None
        until = None if self.until is None else self.until.isoformat()
        return {"text": self.text, "level": self.level, "until": until, "revision": revision}


class Limits(Document):
    """How much one person or one address may ask of the product's own API and of its live connections."""

    name: ClassVar[str] = "limits"
    title: ClassVar[str] = "Limits"

    api_calls_per_user: int = Field(
        1200, ge=60, le=1_000_000, description="Calls of the product's API by one person, a minute."
    )
    api_calls_per_address: int = Field(
        600, ge=60, le=1_000_000, description="Calls by one address where nobody has signed in, a minute."
    )
    sockets_per_user: int = Field(50, ge=1, le=10_000, description="Live connections of one person to one server.")
    subscriptions_per_socket: int = Field(50, ge=1, le=1000, description="Streams that one live connection follows.")
    operations_per_socket: int = Field(
        600, ge=60, le=100_000, description="Operations that one live connection may send, a minute."
    )


def announcement_of(configuration: Configuration, now: datetime) -> dict[str, Any] | None:
    """The announcement to show now, if there is one."""
    return configuration.current(Announcement).shown(configuration.held(Announcement.name).revision, now)
