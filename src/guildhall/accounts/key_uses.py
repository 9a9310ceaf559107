"""Uses of keys: noting when the product's own API was last called by a key, once a minute at most.

Model calls note it with their rows.
"""

import time

from guildhall.accounts import queries
from guildhall.core.clock import now
from guildhall.core.db import Database

_SECONDS = 60.0
_MOST = 10_000


class KeyUses:
    """What this process has noted lately."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: dict[str, float] = {}

    async def note(self, key_id: str) -> None:
        """This key is being used."""
        moment = time.monotonic()
        if moment - self._noted.get(key_id, -_SECONDS) < _SECONDS:
            return
        if len(self._noted) >= _MOST:
            self._noted.clear()
        self._noted[key_id] = moment
        async with self._db.write() as session:
            await queries.touch_keys(session, {key_id: now()})
