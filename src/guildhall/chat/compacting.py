"""Compacting: the conversation so far is summed up, and models are told the summary in its place.

A summary is a message of its branch, made by a turn of its own. Nothing is taken away: people see and search all that
was said. A summary that was stopped, failed or was cut off changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.chat import branch_queries, messages, queries, streams, usage_queries
from guildhall.chat.errors import nothing_to_compact
from guildhall.chat.schemas import MessageOut
from guildhall.chat.tables import SAID, SUMMARY, ChatSession, Message
from guildhall.core.db import Session
from guildhall.core.jobs import Jobs

_FULL = 0.85


class CompactPolicy(Document):
    """When conversations are summed up without being asked to."""

    name: ClassVar[str] = "compacting"
    title: ClassVar[str] = "Compacting of chats"

    automatic: bool = Field(
        True,
        description="Whether a conversation is summed up by itself once it takes up 85 % of what its model can hold.",
    )


@dataclass(frozen=True)
class Room:
    """What is known of how much models can hold."""

    length: Callable[[str], int | None]
    """Tokens that a model can hold, None where nobody knows."""
    policy: Callable[[], CompactPolicy]

    async def is_short(self, session: Session, head_id: str | None, model: str) -> bool:
        """Whether a branch has to be summed up before a model is asked for more; never twice in a row."""
        length = self.length(model)
        if head_id is None or length is None or not self.policy().automatic:
            return False
        newest = await branch_queries.messages_by_ids(session, [head_id])
        if not newest or newest[0].kind == SUMMARY:
            return False
        used = await _used(session, newest[0])
        return used is not None and used >= _FULL * length


async def _used(session: Session, newest: Message) -> int | None:
    """How many tokens of context a branch takes up. Of an answer that was cut off and is not billed yet, what is
    stored of its calls tells."""
    if newest.context_tokens is None and (turn := await queries.turn_of_answer(session, newest.id)):
        known = await usage_queries.context_of(session, turn.session_id, turn.id)
        if known is not None:
            return known
    return await branch_queries.last_context(session, newest.id)


async def begin(
    session: Session,
    jobs: Jobs,
    row: ChatSession,
    *,
    model: str,
    head_id: str | None,
    note: str | None = None,
) -> MessageOut:
    """Have the branch that ends with a message summed up; the session is idle and held by the caller.

    Gives the summary that is being made. Raises `nothing_to_compact`.
    """
    found = await branch_queries.messages_by_ids(session, [head_id] if head_id else [])
    head = next(iter(found), None)
    if head is not None and head.kind == SUMMARY and not head.is_summary:
        head_id = head.parent_id  # one that came to nothing: the next one takes its place
    question = await branch_queries.question_above(session, head_id)
    if head is None or head.is_summary or question is None:
        raise nothing_to_compact()
    if head_id != row.head_id:
        await streams.publish_branch(session, row)
    return await messages.begin_turn(
        session, jobs, row, question, model=model, parent_id=head_id, kind=SUMMARY, note=note
    )


def since_summary(branch: Sequence[Message]) -> Sequence[Message]:
    """What of a branch, oldest first, models are told: from its last summary on, without those that came to nothing."""
    first = next((at for at in reversed(range(len(branch))) if branch[at].is_summary), 0)
    return [message for message in branch[first:] if message.kind == SAID or message.is_summary]
