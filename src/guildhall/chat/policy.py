"""The chat document: what people may do with their sessions."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document

_MB = 1024 * 1024


class ChatPolicy(Document):
    """What people may do with their sessions."""

    name: ClassVar[str] = "chat"
    title: ClassVar[str] = "Chat"

    attachment_megabytes: int = Field(20, ge=1, le=100, description="Largest file that may be attached to a message.")
    attachments_per_message: int = Field(20, ge=1, le=100, description="Files that may be attached to one message.")
    attachments_per_person_megabytes: int = Field(
        2048, ge=1, le=1024 * 1024, description="What the attachments of one person may take up together."
    )
    sharing: bool = Field(
        True,
        description="Whether people may share copies of sessions by links; while not, links open nothing.",
    )

    @property
    def attachment_bytes(self) -> int:
        """Largest file that may be attached."""
        return self.attachment_megabytes * _MB

    @property
    def person_bytes(self) -> int:
        """What the attachments of one person may take up."""
        return self.attachments_per_person_megabytes * _MB
