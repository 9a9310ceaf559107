"""What the API of shared sessions takes and gives."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from guildhall.chat.schemas import MessageKind, PartOut
from guildhall.core.web import Input, Moment


class ShareIn(Input):
    """A new link; with details it also shows what tools were asked and what they gave."""

    expires_at: Moment | None = None
    with_details: bool = False


class ShareOut(BaseModel):
    """A link as its owner sees it. `copied_at` is the moment that readers see."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    session_id: str
    title: str | None
    with_details: bool
    created_at: datetime
    copied_at: datetime
    expires_at: datetime | None


class NewShareOut(ShareOut):
    """With the address, which is shown only now."""

    link: str


class SharedOut(BaseModel):
    """What readers learn of a shared session."""

    model_config = ConfigDict(from_attributes=True)

    title: str | None
    copied_at: datetime
    expires_at: datetime | None


class SharedMessageOut(BaseModel):
    """A message as readers get it: no thinking and, unless the owner says so, nothing of tools but name and outcome."""

    id: str
    role: Literal["user", "assistant"]
    kind: MessageKind = "said"
    status: Literal["complete", "stopped", "interrupted", "failed"]
    parts: list[PartOut]
    model: str | None
    attachments: list[str] = []
    """Names of the files it came with; what is in them is not shared."""
    created_at: datetime
