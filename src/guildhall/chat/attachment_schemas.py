"""What the API of attachments gives."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from guildhall.chat.attachment_kinds import Kind


class AttachedOut(BaseModel):
    """A file that a message came with. `path` is where it lies in the session's workspace, if it was put there."""

    id: str
    name: str
    kind: Kind
    media_type: str
    size: int
    path: str | None


class AttachmentOut(BaseModel):
    """A file that was attached. What it is was found by its bytes: a picture, a text, or another file."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    kind: Kind
    media_type: str
    size: int
    is_used: bool
    """Whether a message has it; the others go after a day."""
    created_at: datetime


class AttachmentLimitsOut(BaseModel):
    """What one message may come with, and how large each file may be."""

    most_bytes: int
    most_files: int
    most_pictures: int
