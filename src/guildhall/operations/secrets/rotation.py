"""Rotation: every secret under the newest key, a few rows at a time.

Stopped at any moment it leaves secrets under two keys, which all open, and goes on where it is needed when started
again. Rows are held while they change, so that nobody's newer value is lost.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from guildhall.accounts import audit
from guildhall.core.db import Database
from guildhall.core.secrets import Keyring, UndecryptableError
from guildhall.operations.secrets import queries
from guildhall.operations.secrets.places import Place, places

_BATCH = 50
_log = structlog.get_logger("guildhall.secrets")


@dataclass
class Outcome:
    """What a rotation did, by column."""

    sealed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    closed: list[str] = field(default_factory=list)
    """Rows that no key of the ring opens, as `table.column key`."""


async def rotate(db: Database, keyring: Keyring) -> Outcome:
    """Seal every secret that is under an older key anew; rows that do not open stay as they are and are named."""
    outcome = Outcome()
    for place in places():
        after = None
        while True:
            async with db.write() as session:
                rows = await queries.held_rows_of(session, place, after, _BATCH)
                for row in rows:
                    value = _anew(place, row, keyring, outcome)
                    if value is not None:
                        await queries.replace(session, place, row, value)
            if len(rows) < _BATCH:
                break
            after = queries.key_of(place, rows[-1])
    async with db.write() as session:
        after_words = {"key": keyring.keys[0][0], "sealed": outcome.sealed.total(), "closed": len(outcome.closed)}
        await audit.record(session, audit.COMMAND_LINE, "secrets.rotated", target="secrets", after=after_words)
    return outcome


async def key_ids_in_use(db: Database) -> Counter[str]:
    """How many secrets are under each key, by its id."""
    found: Counter[str] = Counter()
    for place in places():
        async for row in _all(db, place):
            found.update(token.split(":")[1] for token in place.tokens(row).values() if token.count(":") >= 2)
    return found


def lost_keys(used: Mapping[str, int], keyring: Keyring) -> dict[str, int]:
    """Those of the used keys that the ring has not."""
    known = {kid for kid, _ in keyring.keys}
    return {kid: count for kid, count in used.items() if kid not in known}


async def _all(db: Database, place: Place) -> AsyncIterator[Mapping[str, Any]]:
    after = None
    while True:
        async with db.read() as session:
            rows = await queries.rows_of(session, place, after, 500)
        for row in rows:
            yield row
        if len(rows) < 500:
            return
        after = queries.key_of(place, rows[-1])


def _anew(place: Place, row: Mapping[str, Any], keyring: Keyring, outcome: Outcome) -> Any | None:
    tokens = place.tokens(row)
    if all(keyring.is_newest(token) for token in tokens.values()):
        outcome.kept[str(place)] += len(tokens)
        return None
    try:
        value = place.sealed_anew(row, keyring)
    except UndecryptableError:
        outcome.closed.append(f"{place} {':'.join(str(part) for part in queries.key_of(place, row))}")
        return None
    outcome.sealed[str(place)] += len(tokens)
    return value
