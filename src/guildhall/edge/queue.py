"""Queue: calls that wait because every channel of their model is full; first come, first served at each channel.

Only who is first at a channel looks whether there is room: when a call there has ended, when a minute's limit says that
there will be, or when who was first has left.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from guildhall.edge.call import Call


class _Place:
    """Where one call stands: in the line of each channel that would do."""

    __slots__ = ("channels", "has_news", "waiter")

    def __init__(self, channels: frozenset[str]) -> None:
        self.channels = channels
        self.has_news = True  # there may be room since it was looked for
        self.waiter: asyncio.Future[None] | None = None

    def look(self) -> None:
        """There may be room."""
        self.has_news = True
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


class Queue:
    """The calls of this process that wait."""

    def __init__(self, most: Callable[[], int]) -> None:
        """`most` calls may wait at once."""
        self._most = most
        self._places: dict[str, _Place] = {}  # by the call's id
        self._lines: dict[str, dict[_Place, None]] = {}  # by channel, first come first
        self._timers: dict[str, asyncio.TimerHandle] = {}  # by channel

    def __len__(self) -> int:
        return len(self._places)

    def is_first(self, call: Call, channel_id: str) -> bool:
        """Whether nobody is before the call at this channel."""
        line = self._lines.get(channel_id)
        return line is None or next(iter(line)) is self._places.get(call.id)

    def join(self, call: Call, channels: Iterable[str]) -> bool:
        """Stand behind all others who wait for these channels; False when too many wait already."""
        if len(self._places) >= self._most():
            return False
        place = self._places[call.id] = _Place(frozenset(channels))
        for channel_id in place.channels:
            self._lines.setdefault(channel_id, {})[place] = None
        return True

    def leave(self, call: Call) -> None:
        """Wait no more, whether there was room or not; harmless for a call that does not wait."""
        place = self._places.pop(call.id, None)
        if place is None:
            return
        for channel_id in place.channels:
            was_first = next(iter(self._lines[channel_id])) is place
            del self._lines[channel_id][place]
            if not self._lines[channel_id]:
                del self._lines[channel_id]
                self._stop(channel_id)
            elif was_first:
                self.wake(channel_id)

    def wake(self, channel_id: str) -> None:
        """A channel may have room: who is first there looks."""
        line = self._lines.get(channel_id)
        if line is not None:
            next(iter(line)).look()

    async def turn(self, call: Call, waits: Mapping[str, float], until: float) -> bool:
        """Wait until there may be room; False when it is `until` on the loop's clock first.

        `waits` are the seconds after which channels that were looked at may have room.
        """
        place, loop = self._places[call.id], asyncio.get_running_loop()
        if not place.has_news:
            for channel_id, seconds in waits.items():
                if self.is_first(call, channel_id):
                    self._stop(channel_id)
                    self._timers[channel_id] = loop.call_later(seconds, self.wake, channel_id)
            place.waiter = loop.create_future()
            try:
                async with asyncio.timeout_at(until):
                    await place.waiter
            except TimeoutError:
                return False
            finally:
                place.waiter = None
        place.has_news = False
        return loop.time() < until

    def _stop(self, channel_id: str) -> None:
        timer = self._timers.pop(channel_id, None)
        if timer is not None:
            timer.cancel()
