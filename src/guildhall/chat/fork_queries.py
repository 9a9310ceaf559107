"""Statements on sessions that begin as copies of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, text

from guildhall.chat.tables import ChatSession, Message, Part
from guildhall.core.db import Session
from guildhall.core.ids import new_id

# What a message is found by says nothing of its session: the copy of it, which has its position, is found by the same.
_COPY_WORDS = """
INSERT INTO chat_words (message_id, session_id, user_id, words)
SELECT fork.id, fork.session_id, w.user_id, w.words FROM chat_messages fork
JOIN chat_messages original ON original.session_id = :original_id AND original.position = fork.position
JOIN chat_words w ON w.message_id = original.id
WHERE fork.session_id = :fork_id AND fork.position BETWEEN :first AND :last ORDER BY fork.position
"""
_PART = ("position", "type", "text", "tool", "started_at", "ended_at")


async def fork_by_key(session: Session, original_id: str, key: str) -> ChatSession | None:
    """The fork that an earlier request with the same key made, deleted or not."""
    statement = select(ChatSession).where(ChatSession.forked_from_id == original_id, ChatSession.fork_key == key)
    return (await session.scalars(statement)).one_or_none()


async def titles_among(session: Session, owner: str, titles: Sequence[str]) -> set[str | None]:
    """Those of these titles that sessions of the owner's have."""
    statement = select(ChatSession.title).where(ChatSession.user_id == owner, ChatSession.title.in_(titles))
    return set(await session.scalars(statement))


async def attached_to(session: Session, session_id: str, message_ids: set[str]) -> set[str]:
    """The attachments that these messages of a session came with."""
    statement = select(Message.id, Message.attachments).where(
        Message.session_id == session_id, Message.attachments.is_not(None)
    )
    found = await session.execute(statement)
    return {each["id"] for message_id, attached in found if message_id in message_ids for each in attached}


async def add_messages(session: Session, values: Sequence[dict[str, Any]]) -> None:
    """Put messages into a fork."""
    await session.execute(insert(Message), list(values))


async def copy_parts(session: Session, copies: Mapping[str, str]) -> None:
    """Give copies of messages, by the originals, the parts of those."""
    statement = select(Part.message_id, *(getattr(Part, name) for name in _PART)).where(Part.message_id.in_(copies))
    values = [
        {"id": new_id("pa"), **found, "message_id": copies[found["message_id"]]}
        for found in (await session.execute(statement)).mappings()
    ]
    if values:
        await session.execute(insert(Part), values)


async def copy_words(session: Session, original_id: str, fork_id: str, first: int, last: int) -> None:
    """Make what is in a fork from position `first` to `last` findable by the words of the original."""
    places = {"original_id": original_id, "fork_id": fork_id, "first": first, "last": last}
    await session.execute(text(_COPY_WORDS), places)
