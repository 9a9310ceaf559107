"""The stored responses of one process: their parts put together."""

from collections.abc import Mapping, Sequence

from guildhall.core.db import Database
from guildhall.edge.endpoints import INPUT_TOKENS, RESPONSES
from guildhall.edge.forward import Forwarder
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.visit import Opened
from guildhall.gateway import response_queries
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.response_calls import ResponseCalls
from guildhall.gateway.response_keeper import ResponseKeeper, Row
from guildhall.gateway.response_shelf import ResponseShelf
from guildhall.gateway.stored_responses import StoredResponses


class Responses:
    """`openers` open calls of the Responses API, `stored` answers questions about what is kept."""

    def __init__(
        self, db: Database, pipeline: Pipeline, forwarder: Forwarder, directory: LiveDirectory, *, max_body_bytes: int
    ) -> None:
        self._db = db
        self.keeper = ResponseKeeper(self._store)
        shelf = ResponseShelf(db, self.keeper)
        calls = ResponseCalls(pipeline, shelf, self.keeper, max_body_bytes=max_body_bytes)
        self.openers: Mapping[str, Opened] = {RESPONSES.path: calls.open, INPUT_TOKENS.path: calls.open_count}
        self.stored = StoredResponses(shelf, forwarder, directory)

    def lost(self) -> int:
        """Responses that could not be stored."""
        return self.keeper.dropped

    async def _store(self, rows: Sequence[Row]) -> None:
        async with self._db.write() as session:
            await response_queries.add_responses(session, rows)
