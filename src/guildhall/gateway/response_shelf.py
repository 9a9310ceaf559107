"""The shelf: stored responses as their owners find them, written already or about to be."""

from collections.abc import Sequence

from guildhall.core.db import Database
from guildhall.core.errors import NotFoundError
from guildhall.gateway import response_queries as queries
from guildhall.gateway.response_keeper import ResponseKeeper
from guildhall.gateway.tables import StoredResponse

_LONGEST_ID = 200


class ResponseShelf:
    """Finds and removes stored responses. Whoever does not own one is told that there is none."""

    def __init__(self, db: Database, keeper: ResponseKeeper) -> None:
        self._db, self._keeper = db, keeper

    async def get(self, user_id: str, response_id: str) -> StoredResponse:
        """A person's response. Raises `NotFoundError`."""
        found = self._keeper.waiting(user_id, response_id)
        if found is None and _is_id(response_id):
            async with self._db.read() as session:
                found = await queries.response_of(session, user_id, response_id)
        if found is None:
            raise NotFoundError("not_found", f"Response with id '{response_id[:_LONGEST_ID]}' not found.")
        return found

    async def turns(self, user_id: str, response_id: str) -> Sequence[StoredResponse]:
        """A person's response behind those it goes on from, the oldest first; none when there is no such response.

        When the oldest has a `previous_id` itself, that one is gone.
        """
        late: list[StoredResponse] = []
        place: str | None = response_id
        while place and (waiting := self._keeper.waiting(user_id, place)) is not None:
            late.insert(0, waiting)
            place = waiting.previous_id
        if not place or not _is_id(place):
            return late
        async with self._db.read() as session:
            return [*await queries.turns(session, user_id, place), *late]

    async def delete(self, user_id: str, response_id: str) -> None:
        """Forget a person's response."""
        await self._keeper.settle(response_id)
        async with self._db.write() as session:
            await queries.delete_response(session, user_id, response_id)


def _is_id(text: str) -> bool:
    return len(text) <= _LONGEST_ID and text.isprintable() and text.isascii()
