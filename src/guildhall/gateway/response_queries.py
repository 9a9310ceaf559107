"""SQL of stored responses. Every read and every deletion names the owner."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from guildhall.core.db import Session
from guildhall.gateway.tables import StoredResponse

_MOST_TURNS = 10_000


async def add_responses(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store these, passing over ids that are there: whoever had one first keeps it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for row in rows:
        await session.execute(insert(StoredResponse).values(**row).on_conflict_do_nothing())


async def response_of(session: Session, user_id: str, response_id: str) -> StoredResponse | None:
    """The person's response of this id."""
    statement = select(StoredResponse).where(StoredResponse.id == response_id, StoredResponse.user_id == user_id)
    return (await session.scalars(statement)).one_or_none()


async def turns(session: Session, user_id: str, response_id: str) -> Sequence[StoredResponse]:
    """The person's response and all those it goes on from, the oldest first; a gap ends it."""
    chain = (
        _linked(user_id)
        .where(StoredResponse.id == response_id)
        .cte("turns", recursive=True)
    )  # fmt: skip
    earlier = _linked(user_id).where(StoredResponse.id == chain.c.previous_id)
    chain = chain.union(earlier)
    ids = (await session.execute(select(chain.c.id, chain.c.previous_id).limit(_MOST_TURNS))).all()
    found = {row.id: row for row in await session.scalars(select(StoredResponse).where(
        StoredResponse.id.in_([each.id for each in ids])
    ))}  # fmt: skip
    ordered: list[StoredResponse] = []
    place = response_id
    while place in found and len(ordered) < len(found):
        ordered.append(found[place])
        place = found[place].previous_id or ""
    return ordered[::-1]


def _linked(user_id: str) -> Select[str, str | None]:
    return select(StoredResponse.id, StoredResponse.previous_id).where(StoredResponse.user_id == user_id)


async def delete_response(session: Session, user_id: str, response_id: str) -> None:
    """Forget a person's response."""
    await session.execute(
        delete(StoredResponse).where(StoredResponse.id == response_id, StoredResponse.user_id == user_id)
    )


async def responses_after(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[StoredResponse]:
    """A person's responses in order of their ids."""
    statement = select(StoredResponse).where(StoredResponse.user_id == user_id, StoredResponse.id > after)
    return (await session.scalars(statement.order_by(StoredResponse.id).limit(limit))).all()
