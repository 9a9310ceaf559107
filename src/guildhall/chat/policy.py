"""The chat document: what people may do with their sessions."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document


class ChatPolicy(Document):
    """What people may do with their sessions."""

    name: ClassVar[str] = "chat"
    title: ClassVar[str] = "Chat"

    sharing: bool = Field(
        True,
        description="Whether people may share copies of sessions by links; while not, links open nothing.",
    )
