"""The policy for full channels: how long calls wait for a place."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.edge.call import Call


class QueuePolicy(Document):
    """How long a call waits when every channel of its model is at its limits, before it is refused."""

    name: ClassVar[str] = "queue"
    title: ClassVar[str] = "Full channels"

    queue_ms: int = Field(0, ge=0, le=60_000, description="Milliseconds that a program's call waits; 0 is not at all.")
    chat_queue_ms: int = Field(
        2000, ge=0, le=60_000, description="Milliseconds that a call from the browser waits: from chat and playground."
    )
    most_waiting: int = Field(
        1000, ge=1, le=100_000, description="Calls that may wait at once on each server; more are refused at once."
    )

    def seconds(self, call: Call) -> float:
        """How long this call waits at most."""
        is_program = call.caller is not None and call.caller.key_id is not None
        return (self.queue_ms if is_program else self.chat_queue_ms) / 1000
