"""The document of model calls: what is done for those that end before their time."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document


class CallPolicy(Document):
    """What the gateway does for calls whose callers are gone."""

    name: ClassVar[str] = "calls"
    title: ClassVar[str] = "Model calls"

    drain_for_usage_seconds: int = Field(
        0,
        ge=0,
        le=60,
        description="How long a streamed answer whose caller has left is read on, to learn the usage; 0 ends it.",
    )
