"""Presence: which of a person's tabs are open, on whatever device and server.

What changes is gathered for half a second and written in one transaction, with one event for each person; a tab that
comes back within a few seconds never left. Rows that nobody has renewed for a minute belonged to a process that died.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from guildhall.core import events, queries
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError
from guildhall.core.tables import OpenTab
from guildhall.core.tasks import end

TAB_PATTERN = r"^[A-Za-z0-9_-]{0,40}$"
SHOWN = 50
_TICK_SECONDS = 0.5
_LINGER_SECONDS = 5.0
_RENEW_SECONDS = 20.0
_DEAD = timedelta(seconds=60)
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_log = structlog.get_logger("guildhall.presence")

Key = tuple[str, str]  # user id, tab id


@dataclass(slots=True)
class _Tab:
    device: str
    carrier: str
    since: datetime
    connections: int = 0
    left_at: float = 0.0
    written_at: datetime | None = None
    is_changed: bool = True


class Presence:
    """The tabs that are connected to this process, and the table of all of them."""

    def __init__(self, db: Database, stream_of: Callable[[str], str]) -> None:
        self._db = db
        self._stream_of = stream_of
        self._tabs: dict[Key, _Tab] = {}
        self._task: asyncio.Task[None] | None = None
        self._renewed_at = 0.0

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Say that the tabs of this process have left."""
        if self._task is None:
            return
        await end(self._task)
        for tab in self._tabs.values():
            tab.connections, tab.left_at = 0, float("-inf")
        with contextlib.suppress(AppError):
            await self._write(asyncio.get_running_loop().time())

    @contextlib.contextmanager
    def here(self, user_id: str, tab_id: str, device: str, carrier: str) -> Iterator[None]:
        """A tab is here while the context lasts; programs, which name none, leave no trace."""
        if not tab_id:
            yield
            return
        tab = self._tabs.setdefault((user_id, tab_id), _Tab(device, carrier, now()))
        tab.connections += 1
        tab.is_changed |= (tab.device, tab.carrier) != (device, carrier)
        tab.device, tab.carrier = device, carrier
        try:
            yield
        finally:
            tab.connections -= 1
            tab.left_at = asyncio.get_running_loop().time()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                moment = asyncio.get_running_loop().time()
                await self._write(moment)
                if moment - self._renewed_at > _RENEW_SECONDS:
                    await self._renew()
                    self._renewed_at = moment
            except AppError as error:
                _log.warning("presence_not_written", reason=error.message)
                await asyncio.sleep(1)
            except Exception as error:  # noqa: BLE001 - one failure must not end it for the whole process
                _log.error("presence_failed", exc_info=error)
                await asyncio.sleep(1)

    async def _write(self, moment: float) -> None:
        """Store what came and what has been gone for long enough, and tell those it concerns."""
        came = {key: tab for key, tab in self._tabs.items() if tab.connections and tab.is_changed}
        gone = moment - _LINGER_SECONDS
        left = {key: tab for key, tab in self._tabs.items() if not tab.connections and tab.left_at < gone}
        if not came and not left:
            return
        at = now()
        rows = [_row(key, tab, at) for key, tab in sorted(came.items())]
        for tab in came.values():
            tab.is_changed = False
        try:
            async with self._db.write() as session:
                await queries.put_tabs(session, rows)
                written = [(*key, tab.written_at) for key, tab in left.items() if tab.written_at]
                await queries.drop_tabs(session, written)
                for user_id in sorted({user_id for user_id, _ in [*came, *left]}):
                    await self._tell(session, user_id)
        except BaseException:
            for tab in came.values():
                tab.is_changed = True
            raise
        for tab in came.values():
            tab.written_at = at
        for key, tab in left.items():
            if not tab.connections and self._tabs.get(key) is tab:
                del self._tabs[key]
            else:  # it came back while it was being written off
                tab.is_changed = True

    async def _renew(self) -> None:
        """Say which tabs are still here, and clear away those of processes that died."""
        at = now()
        alive = [(key, tab) for key, tab in sorted(self._tabs.items()) if tab.written_at]
        async with self._db.write() as session:
            await queries.renew_tabs(session, [key for key, _ in alive], at)
            for user_id in sorted(set(await queries.drop_silent_tabs(session, at - _DEAD))):
                await self._tell(session, user_id)
        for _, tab in alive:
            tab.written_at = at

    async def _tell(self, session: Session, user_id: str) -> None:
        stream = self._stream_of(user_id)
        if not await queries.tabs_of(session, user_id, 1) and not await queries.positions(session, [stream]):
            return  # the person is gone, and their stream with them
        await queries.take_seqs(session, {stream: 0})  # locks the stream: the newest list is told last
        tabs = await queries.tabs_of(session, user_id, SHOWN)
        await events.publish(session, stream, "presence.changed", {"tabs": [shown(tab) for tab in tabs]})


def shown(tab: OpenTab) -> dict[str, Any]:
    """A tab as events and snapshots show it."""
    return {"id": tab.id, "device": tab.device, "carrier": tab.carrier, "since": tab.since.isoformat()}


def device_of(user_agent: str) -> str:
    """What people call the device: "Firefox on Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def _row(key: Key, tab: _Tab, at: datetime) -> dict[str, Any]:
    user_id, tab_id = key
    named = {"user_id": user_id, "id": tab_id, "device": tab.device, "carrier": tab.carrier}
    return {**named, "since": tab.since, "seen_at": at}
