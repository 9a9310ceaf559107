"""Copies: the stored responses of somebody who wants a copy of everything. They go with the account by themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.core.db import Session
from guildhall.gateway import response_items as items
from guildhall.gateway import response_queries as queries

_PAGE = 200


async def responses_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """A person's responses, up to 200 after this id; of those that a provider keeps, that it does."""
    rows = await queries.responses_after(session, user_id, after=after, limit=_PAGE)
    return [
        {
            "id": row.id,
            "model": row.model,
            "status": row.status,
            "created_at": row.created_at,
            "kept_by_provider": row.channel_id is not None,
            "previous_response_id": row.previous_id,
            "input": items.read(row.input),
            "output": items.read(row.body)["output"] if row.body else [],
        }
        for row in rows
    ]
