"""The API of search in one's own sessions."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from guildhall.chat import search
from guildhall.chat.search_schemas import FoundOut, FoundTitleOut
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])
Looked = Annotated[str, Query(min_length=1, max_length=200)]


@router.get("/search", response_model=Page[FoundOut])
async def search_messages(q: Looked, user_id: UserId, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """Messages of yours that hold every word of `q`, newest first; words may be beginnings of words."""
    place = cursor.position(int)
    found = await search.find(session, user_id, q, before=place[0] if place else None, limit=cursor.limit + 1)
    page = page_of(found, cursor, lambda one: [one[0]])
    return {**page, "items": [shown for _, shown in page["items"]]}


@router.get("/search/titles", response_model=list[FoundTitleOut])
async def search_titles(q: Looked, user_id: UserId, session: DbSession) -> Sequence[FoundTitleOut]:
    """Sessions of yours whose titles hold every word of `q`: the ten with the newest activity."""
    return await search.find_titles(session, user_id, q)
