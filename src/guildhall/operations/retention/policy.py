"""The retention document: how many days each kind is kept."""

from typing import Annotated, ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document

Days = Annotated[int | None, Field(ge=1, le=36_500)]


class RetentionPolicy(Document):
    """Days that each kind is kept; nothing means for ever."""

    name: ClassVar[str] = "retention"
    title: ClassVar[str] = "Retention"

    calls: Days = Field(90, description="Calls through the gateway, one row each.")
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
    deleted_sessions: Days = Field(1, description="Chat sessions that were deleted, with all that was said.")
    sessions: Days = Field(None, description="Chat sessions that nobody has touched, with all that was said.")

    def days_of(self, kind: str) -> int | None:
        """Days that `kind` is kept; None means for ever."""
        days: int | None = getattr(self, kind)
        return days
