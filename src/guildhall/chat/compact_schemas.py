"""What the API of compacting takes."""

from typing import Annotated

from pydantic import Field

from guildhall.chat.schemas import MessageId
from guildhall.core.web import Input, PlainText


class CompactIn(Input):
    """Have the conversation summed up, keeping `note` in mind. With `retry_id`, an answer for which there was no room,
    its question is asked again afterwards."""

    note: Annotated[PlainText, Field(max_length=4_000)] | None = None
    retry_id: MessageId | None = None
