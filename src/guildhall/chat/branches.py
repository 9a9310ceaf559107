"""Branches: which way through a session's messages is shown, and where a new one begins."""

from typing import Any

from guildhall.chat import branch_queries, streams
from guildhall.chat.errors import message_not_found, not_a_question, two_places
from guildhall.chat.messages import hold, require_idle
from guildhall.chat.schemas import MessageIn
from guildhall.chat.tables import ChatSession, Message
from guildhall.core.clock import now
from guildhall.core.db import Session


async def parent_of(session: Session, row: ChatSession, said: MessageIn) -> str | None:
    """What a new message follows. Raises `message_not_found`, `not_a_question`, `two_places`."""
    if said.parent_id is not None and said.edited_id is not None:
        raise two_places()
    if said.edited_id is not None:
        edited = await find(session, row, said.edited_id)
        if edited.role != "user":
            raise not_a_question()
        return edited.parent_id
    return row.head_id if said.parent_id is None else (await find(session, row, said.parent_id)).id


async def kept(session: Session, row: ChatSession, said: MessageIn) -> list[dict[str, Any]]:
    """The attachments of the question in whose place something is said. Raises `message_not_found`."""
    if said.edited_id is None:
        return []
    return (await find(session, row, said.edited_id)).attachments or []


async def switch(session: Session, owner: str, session_id: str, message_id: str) -> ChatSession:
    """Show the branch that a message is on: the one on which something was said last. Files stay as they are.

    Raises `message_not_found`, `session_busy`.
    """
    row = await hold(session, owner, session_id)
    message = await find(session, row, message_id)
    if await branch_queries.is_on_branch(session, row.head_id, message):
        return row
    require_idle(row)
    row.head_id, row.updated_at = await branch_queries.newest_below(session, message), now()
    await streams.publish_branch(session, row)
    await streams.publish_session(session, row)
    return row


async def find(session: Session, row: ChatSession, message_id: str) -> Message:
    """A message of the session. Raises `message_not_found`."""
    message = await branch_queries.message_of(session, row.id, message_id)
    if message is None:
        raise message_not_found()
    return message
