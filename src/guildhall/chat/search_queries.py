"""Statements on titles, and on the words of messages, which each database indexes in its own way (migration 0019)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text

from guildhall.chat.tables import ChatSession
from guildhall.core.db import Session
from guildhall.core.words import Term, for_postgres, for_sqlite

_ADD = """
INSERT INTO chat_words (message_id, session_id, user_id, words) VALUES (:message_id, :session_id, :user_id, {words})
ON CONFLICT (message_id) DO UPDATE SET words = excluded.words
"""
_FIND = """
SELECT w.id, w.message_id FROM {source}
JOIN chat_sessions s ON s.id = w.session_id
WHERE {matches} AND w.user_id = :owner AND s.deleted_at IS NULL AND w.id < :before
ORDER BY w.id DESC LIMIT :limit
"""
_SQLITE = {
    "source": "chat_words_index i JOIN chat_words w ON w.id = i.rowid",
    "matches": "chat_words_index MATCH :query",
}
_POSTGRES = {"source": "chat_words w", "matches": "w.words @@ to_tsquery('simple', :query)"}
LAST = 2**62


async def add(session: Session, values: Mapping[str, str]) -> None:
    """Index a message: `{message_id, session_id, user_id, words}`; a second time replaces the first."""
    place = "to_tsvector('simple', :words)" if _is_postgres(session) else ":words"
    await session.execute(text(_ADD.format(words=place)), dict(values))


async def find(
    session: Session, owner: str, terms: Sequence[Term], *, before: int = LAST, limit: int
) -> Sequence[tuple[int, str]]:
    """(place in the index, message) of what the owner has and that holds every term, newest first."""
    postgres = _is_postgres(session)
    query = for_postgres(list(terms)) if postgres else for_sqlite(list(terms))
    values: dict[str, Any] = {"query": query, "owner": owner, "before": before, "limit": limit}
    rows = await session.execute(text(_FIND.format(**(_POSTGRES if postgres else _SQLITE))), values)
    return [(place, message_id) for place, message_id in rows]


async def titles(session: Session, owner: str, *, most: int) -> Sequence[tuple[str, str, bool]]:
    """(session, its title, whether it is archived) of the owner's, the one with the newest activity first."""
    statement = (
        select(ChatSession.id, ChatSession.title, ChatSession.is_archived)
        .where(ChatSession.user_id == owner, ChatSession.deleted_at.is_(None), ChatSession.title.is_not(None))
        .order_by(ChatSession.activity_at.desc(), ChatSession.id.desc())
        .limit(most)
    )
    return [(row.id, row.title or "", row.is_archived) for row in await session.execute(statement)]


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
