"""Search: every message a person has said or been told, by the words in it, and sessions by their titles."""

import asyncio
from collections.abc import Sequence

from guildhall.chat import queries, search_queries
from guildhall.chat.search_schemas import FoundOut, FoundTitleOut, Highlight
from guildhall.chat.tables import ChatSession, Message, Part
from guildhall.core.db import Session
from guildhall.core.words import Term, holds, places_of, terms_of, words_of

_BEFORE, _SHOWN = 60, 240
_MOST_TITLES, _SHOWN_TITLES = 20_000, 10


async def index(session: Session, row: ChatSession, message: Message, parts: Sequence[Part]) -> None:
    """Make a message findable by what it says, by what its tools were asked and printed, and by names of files."""
    said = "\n".join(_texts(message, parts))
    words = words_of(said, _owner_word(row.user_id))
    values = {"message_id": message.id, "session_id": row.id, "user_id": row.user_id, "words": words}
    await search_queries.add(session, values)


async def find(
    session: Session, owner: str, query: str, *, before: int | None, limit: int
) -> Sequence[tuple[int, FoundOut]]:
    """Messages of the owner's that hold every word looked for, newest first, each with its place in the list."""
    terms = terms_of(query)
    if not terms:
        return []
    mine = [Term((_owner_word(owner),), ""), *terms]  # so that other people's messages are not even looked at
    places = await search_queries.find(
        session, owner, mine, before=search_queries.LAST if before is None else before, limit=limit
    )
    ids = [message_id for _, message_id in places]
    parts = await queries.parts_of(session, ids)
    found = []
    for place, message_id in places:
        message = await queries.message_by_id(session, message_id)
        row = await queries.session_by_id(session, message.session_id) if message else None
        if message is not None and row is not None:
            found.append((place, _shown(row, message, parts[message_id], terms)))
    return found


async def find_titles(session: Session, owner: str, query: str) -> Sequence[FoundTitleOut]:
    """Sessions of the owner's whose titles hold every word looked for: the ten with the newest activity."""
    terms = terms_of(query)
    if not terms:
        return []
    titles = await search_queries.titles(session, owner, most=_MOST_TITLES)
    found = await asyncio.to_thread(lambda: [each for each in titles if holds(each[1], terms)][:_SHOWN_TITLES])
    return [
        FoundTitleOut(
            session_id=session_id,
            title=title,
            is_archived=is_archived,
            highlights=[Highlight(start=a, end=b) for a, b in places_of(terms, title)],
        )
        for session_id, title, is_archived in found
    ]


def _shown(row: ChatSession, message: Message, parts: Sequence[Part], terms: list[Term]) -> FoundOut:
    texts = _texts(message, parts)
    text = max(texts, key=lambda one: len({one[a:b].casefold() for a, b in places_of(terms, one)}), default="")
    places = places_of(terms, text)
    start = max(0, places[0][0] - _BEFORE) if places else 0
    excerpt = text[start : start + _SHOWN]
    return FoundOut(
        session_id=row.id,
        title=row.title,
        is_archived=row.is_archived,
        message_id=message.id,
        role=message.role,
        kind=message.kind,
        created_at=message.created_at,
        excerpt=excerpt,
        begins=start == 0,
        highlights=[Highlight(start=a - start, end=b - start) for a, b in places if b - start <= len(excerpt)],
    )


def _texts(message: Message, parts: Sequence[Part]) -> list[str]:
    said = [_text(part) for part in parts if part.type != "reasoning"]
    return [*said, *(attached["name"] for attached in message.attachments or ())]


def _text(part: Part) -> str:
    if part.tool is None:
        return part.text
    asked = " ".join(value for value in part.tool["arguments"].values() if isinstance(value, str))
    return f"{part.tool['name']} {asked}\n{part.text}"


def _owner_word(user_id: str) -> str:
    return user_id.replace("_", "")
