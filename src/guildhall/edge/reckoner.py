"""The reckoner: what calls used that their providers have not told. It works behind the calls, which wait for nothing.

Where an admin wants it, a stream whose caller has left is read on for some seconds, because its provider may bill all
of it: what it tells at the end is what counts. For everything else there are estimates, made in a thread, many at once.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import structlog

from guildhall.edge import estimates
from guildhall.edge.call import Call
from guildhall.edge.rest import Rest
from guildhall.edge.usage import Usage

_MOST_WAITING = 1000
_MOST_RESTS = 100
_log = structlog.get_logger("guildhall.edge")


class Reckoner:
    """Finds out what calls used; `done` is called with each, its usage set."""

    def __init__(self, done: Callable[[Call], None]) -> None:
        self._done = done
        self._waiting: list[Call] = []
        self._worker: asyncio.Task[None] | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self.seconds = 0
        """How long a stream whose caller has left is read on; 0 is not at all."""

    def reads_on(self) -> bool:
        """Whether one more stream can be read on."""
        return self.seconds > 0 and not self._is_stopping and len(self._readers) < _MOST_RESTS

    def take(self, call: Call) -> None:
        """A call has ended whose usage is not known."""
        rest = call.uncounted.rest if call.uncounted is not None else None
        if rest is None:
            self._wait(call)
            return
        reader = asyncio.ensure_future(self._read(rest))
        self._readers.add(reader)
        reader.add_done_callback(lambda _: self._have_read(reader, call, rest))

    def hurry(self) -> None:
        """The server stops: read nothing on any more."""
        self._is_stopping = True
        for reader in self._readers:
            reader.cancel()

    async def stop(self) -> None:
        """Finish with every call that was taken."""
        self.hurry()
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self._worker is not None:
            await self._worker

    async def _read(self, rest: Rest) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await rest.read()

    def _have_read(self, reader: asyncio.Task[None], call: Call, rest: Rest) -> None:
        """Reading has ended, in whatever way."""
        self._readers.discard(reader)
        rest.close()
        call.usage = rest.usage
        if not reader.cancelled() and (error := reader.exception()) is not None:
            _log.error("rest_not_read", call_id=call.id, exc_info=error)
        if rest.is_counted:
            self._finish(call)
        else:
            self._wait(call)

    def _wait(self, call: Call) -> None:
        """For an estimate: soon, or at once where too many wait."""
        if len(self._waiting) >= _MOST_WAITING:
            call.usage, call.is_estimated = _estimated(call), True
            self._finish(call)
            return
        self._waiting.append(call)
        if self._worker is None:
            self._worker = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._waiting:
            calls, self._waiting = self._waiting, []
            try:
                usages: Sequence[Usage | None] = await asyncio.to_thread(_all_estimated, calls)
            except Exception as error:  # noqa: BLE001 - a call has its row, with or without an estimate
                _log.error("usage_not_estimated", calls=len(calls), exc_info=error)
                usages = [call.usage for call in calls]
            else:
                for call in calls:
                    call.is_estimated = True
            for call, usage in zip(calls, usages, strict=True):
                call.usage = usage
                self._finish(call)
        self._worker = None

    def _finish(self, call: Call) -> None:
        call.uncounted = None
        self._done(call)


def _all_estimated(calls: Sequence[Call]) -> list[Usage | None]:
    return [_estimated(call) for call in calls]


def _estimated(call: Call) -> Usage | None:
    uncounted = call.uncounted
    return (
        call.usage if uncounted is None else estimates.usage_of(call.endpoint, call.body, uncounted.heard, call.usage)
    )
