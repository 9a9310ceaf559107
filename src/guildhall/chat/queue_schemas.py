"""What the API of the queue takes and gives."""

from typing import Annotated

from pydantic import BaseModel, Field

from guildhall.chat.schemas import MessageId, ModelName, QueuedOut, Said
from guildhall.core.web import Input


class QueuedChange(Input):
    """What to change; what is left out stays."""

    text: Said | None = None
    model: ModelName | None = None


class QueueOrder(Input):
    """The ids of what waits, in the order in which it is to be sent."""

    ids: Annotated[list[MessageId], Field(max_length=100)]


class QueueOut(BaseModel):
    """What waits to be sent, first things first; held until its owner goes on or sends something."""

    items: list[QueuedOut]
    is_held: bool


class Queued(BaseModel):
    """A message that waits for the running answer to end."""

    queued: QueuedOut
