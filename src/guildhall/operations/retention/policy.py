"""The retention document: how many days each kind is kept, and how much room calls may take."""

from typing import Annotated, ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document

_GIGABYTE = 1_000_000_000
Days = Annotated[int | None, Field(ge=1, le=36_500)]


class RetentionPolicy(Document):
    """Days that each kind is kept, and how much room calls may take; nothing means for ever, and without end."""

    name: ClassVar[str] = "retention"
    title: ClassVar[str] = "Retention"

    calls: Days = Field(90, description="Calls through the gateway, one row each.")
    call_attempts: Days = Field(30, description="Attempts at a channel that failed, with what its provider said.")
    call_bodies: Days = Field(3, description="Prompts and answers that were kept, where admins asked for that.")
    most_gigabytes: float | None = Field(
        5, gt=0, le=100_000, description="What calls may take up with attempts and bodies; the oldest go first."
    )
    call_stats: Days = Field(730, description="What calls add up to by hour, person, key, channel and model.")
    call_times: Days = Field(730, description="How long calls took, counted by hour, channel and model.")
    audit: Days = Field(365, description="Entries of the audit log.")
    events: Days = Field(30, description="Events that open pages follow; pages that come later start from a snapshot.")
    notifications: Days = Field(90, description="Notifications, read or not.")
    jobs: Days = Field(30, description="Jobs that have ended; failed ones stay until somebody has settled them.")
    alerts: Days = Field(90, description="Alerts that are over.")
    sign_ins: Days = Field(30, description="Devices, after their sign-in has expired.")
    invitations: Days = Field(30, description="Invitations and reset links, after they expired.")
    guests: Days = Field(30, description="Guests who have not come back, with all that is theirs.")
    responses: Days = Field(30, description="Responses kept for programs that go on from them, with all that was said.")
    deleted_sessions: Days = Field(1, description="Chat sessions that were deleted, with all that was said.")
    sessions: Days = Field(None, description="Chat sessions that nobody has touched, with all that was said.")

    def days_of(self, kind: str) -> int | None:
        """Days that `kind` is kept; None means for ever."""
        days: int | None = getattr(self, kind)
        return days

    def most_bytes_of(self, kind: str) -> int | None:
        """Bytes that `kind` may take up; None means any number."""
        if kind != "calls" or self.most_gigabytes is None:
            return None
        return int(self.most_gigabytes * _GIGABYTE)
