"""Deltas: small additions to streams, merged for a few hundredths of a second and committed together.

One transaction a tick serves every stream of the process. When the database is slower than the tick, more is merged, so
the cost of a thousand streams stays that of one writer.
"""

import asyncio

import structlog

from guildhall.core import events
from guildhall.core.db import Database
from guildhall.core.tasks import end

_TICK_SECONDS = 0.04
_log = structlog.get_logger("guildhall.deltas")

Key = tuple[str, str, str, str]  # stream, event type, message id, part id


class DeltaWriter:
    """Collects text and appends it to the log as events `{message_id, part_id, text}`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pending: dict[Key, list[str]] = {}
        self._filled = asyncio.Event()
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is pending and end."""
        if self._task:
            await end(self._task)
        await self._write()

    def append(self, stream: str, event_type: str, message_id: str, part_id: str, text: str) -> None:
        """Add text; it is in the log, and on its way to every listener, a tick later."""
        self._pending.setdefault((stream, event_type, message_id, part_id), []).append(text)
        self._filled.set()

    async def settle(self, stream: str, part_id: str | None = None) -> None:
        """Wait for what is being written, then forget what is pending for a stream, or for a part of it, whose whole
        text the caller is about to store."""
        async with self._writing:  # a write that fails puts its text back: only now is nothing under way
            for key in [key for key in self._pending if key[0] == stream and part_id in (None, key[3])]:
                del self._pending[key]

    async def _run(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            try:
                await self._write()
            except Exception as error:  # noqa: BLE001 - one failure must not end the deltas of the whole process
                _log.warning("deltas_not_written", error=str(error))
                await asyncio.sleep(1)
                self._filled.set()
            await asyncio.sleep(_TICK_SECONDS)

    async def _write(self) -> None:
        async with self._writing:
            taken, self._pending = self._pending, {}
            if not taken:
                return
            try:
                async with self._db.write() as session:
                    await events.publish_all(session, _by_stream(taken))
            except BaseException:
                for key, texts in self._pending.items():
                    taken.setdefault(key, []).extend(texts)
                self._pending = taken
                raise


def _by_stream(taken: dict[Key, list[str]]) -> dict[str, list[tuple[str, dict[str, str]]]]:
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for (stream, event_type, message_id, part_id), texts in sorted(taken.items()):
        body = {"message_id": message_id, "part_id": part_id, "text": "".join(texts)}
        found.setdefault(stream, []).append((event_type, body))
    return found
