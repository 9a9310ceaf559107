"""The warden: switches off what a provider refuses, tells the admins why, and switches it on again when it is well.

A refusal in the middle of the traffic is tried once more before anything is switched off: providers say "forbidden" of
single requests too. What was switched off is tried every few minutes, by one process at a time.
"""

import asyncio

import structlog

from guildhall.accounts import audit, notifications
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError
from guildhall.core.jobs import Job, JobContext, Queue, Schedule
from guildhall.core.tasks import end
from guildhall.edge.call import Target
from guildhall.gateway import queries
from guildhall.gateway.probe import Probe
from guildhall.gateway.schemas import TestOut
from guildhall.gateway.tables import Channel, ChannelKey

_LOOK = "gateway.channels"
_REFUSALS = frozenset({"key_refused", "payment_required"})
_REASON_LENGTH = 300
_PAGE = "/gateway/channels"
_SELF = Actor(None, "gateway")
_log = structlog.get_logger("guildhall.gateway")


class Warden:
    """Watches over the channels of one hall."""

    def __init__(self, db: Database, probe: Probe) -> None:
        self._db, self._probe = db, probe
        self._suspects: dict[str, asyncio.Task[None]] = {}
        self.jobs = [Job(_LOOK, self._look, Queue("gateway", concurrency=1, poll_seconds=30.0, in_all=1))]
        self.schedules = [Schedule(_LOOK, _LOOK, "*/5 * * * *")]

    def suspect(self, target: Target) -> None:
        """A provider refused a key: find out whether it always does. Calls go on meanwhile."""
        if target.lane not in self._suspects:
            task = asyncio.create_task(self._try(target))
            self._suspects[target.lane] = task
            task.add_done_callback(lambda _task: self._suspects.pop(target.lane, None))

    async def stop(self) -> None:
        """Leave what is being found out to others."""
        await end(*self._suspects.values())

    async def _try(self, target: Target) -> None:
        try:
            async with self._db.read() as session:
                channel = await queries.channel_by_id(session, target.channel_id)
            key = _key_of(channel, target.key_id)
            if channel is None or (target.key_id is not None and key is None):
                return
            found = await self._probe.test(channel, key)
            if found.code in _REFUSALS:
                await self._switch_off(channel.id, target.key_id, found)
        except AppError as error:
            _log.warning("channel_not_tried", channel_id=target.channel_id, reason=error.message)

    async def _switch_off(self, channel_id: str, key_id: str | None, found: TestOut) -> None:
        async with self._db.write() as session:
            channel = await queries.channel_by_id(session, channel_id)
            place = channel if key_id is None else _key_of(channel, key_id)
            if channel is None or place is None or place.off_at is not None:
                return
            place.off_reason, place.off_at = found.message[:_REASON_LENGTH], now()
            await session.flush()
            await self._note(session, channel, place, "channel.switched_off", found)
            name = f"{channel.name} (…{place.last4})" if isinstance(place, ChannelKey) else channel.name
            await notifications.notify_admins(
                session, "channel.switched_off", f"Switched off: {name}", found.message, f"{_PAGE}/{channel.id}"
            )

    async def _look(self, _context: JobContext, *_: str) -> None:
        """Try everything that was switched off, and switch on what is well again."""
        async with self._db.read() as session:
            channels = await queries.channels_off(session)
        for channel in channels:
            if channel.off_at is not None:
                await self._return(channel, None)
            for key in channel.keys:
                if key.off_at is not None:
                    await self._return(channel, key)

    async def _return(self, tried: Channel, key: ChannelKey | None) -> None:
        found = await self._probe.test(tried, key)
        if not found.ok:
            return
        async with self._db.write() as session:
            channel = await queries.channel_by_id(session, tried.id)
            place = channel if key is None else _key_of(channel, key.id)
            if channel is None or place is None or place.off_at is None:
                return
            place.off_reason = place.off_at = None
            await session.flush()
            await self._note(session, channel, place, "channel.switched_on", found)

    async def _note(
        self, session: Session, channel: Channel, place: Channel | ChannelKey, action: str, found: TestOut
    ) -> None:
        after = {"key": None if place is channel else place.id, "reason": found.message}
        await audit.record(session, _SELF, action, target=f"channel:{channel.id}", after=after)
        await events.publish(session, DIRECTORY_STREAM, "changed", {})


def _key_of(channel: Channel | None, key_id: str | None) -> ChannelKey | None:
    return next((key for key in channel.keys if key.id == key_id), None) if channel else None
