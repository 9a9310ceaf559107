"""Calls that wait for a place at full channels come on in their order, and nobody looks who is not first."""

import asyncio
from collections.abc import Sequence

import pytest

from guildhall.edge.call import Call
from guildhall.edge.endpoints import CHAT
from guildhall.edge.queue import Queue


class Room:
    """Places at channels, and the calls that want one."""

    def __init__(self, most: int = 100, **places: int) -> None:
        self.queue = Queue(lambda: most)
        self.places = places
        self.served: list[tuple[str, str]] = []
        self.looks = 0

    def take(self, call: Call, channels: Sequence[str]) -> str | None:
        self.looks += 1
        for channel in channels:
            if self.queue.is_first(call, channel) and self.places[channel]:
                self.places[channel] -= 1
                self.queue.leave(call)
                return channel
        return None

    async def want(self, name: str, *channels: str, seconds: float = 5, due: float = 60) -> bool:
        call = Call(CHAT)
        took = self.take(call, channels)
        if took is None:
            if not self.queue.join(call, channels):
                return False
            until = asyncio.get_running_loop().time() + seconds
            try:
                while took is None and await self.queue.turn(call, dict.fromkeys(channels, due), until):
                    took = self.take(call, channels)
            finally:
                self.queue.leave(call)
        if took is not None:
            self.served.append((name, took))
        return took is not None

    def wait(self, name: str, *channels: str, seconds: float = 5, due: float = 60) -> "asyncio.Task[bool]":
        return asyncio.create_task(self.want(name, *channels, seconds=seconds, due=due))

    async def free(self, channel: str) -> None:
        await settled()
        self.places[channel] += 1
        self.queue.wake(channel)
        await settled()


async def settled() -> None:
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_came_first_is_served_first_and_only_the_first_looks() -> None:
    room = Room(a=0)
    waiting = [room.wait(f"{number}", "a") for number in range(50)]
    await settled()
    looks = room.looks
    for _ in range(50):
        await room.free("a")
    assert [name for name, _ in room.served] == [str(number) for number in range(50)]
    assert room.looks - looks <= 100, "once for the place, once because the one before has left"
    assert all([await each for each in waiting])
    assert len(room.queue) == 0


async def test_nobody_goes_before_those_who_wait() -> None:
    room = Room(a=0)
    first = room.wait("first", "a")
    await settled()
    room.places["a"] += 1  # which nobody has noticed yet
    second = room.wait("second", "a")
    await settled()
    assert room.served == []
    room.queue.wake("a")
    await first
    await room.free("a")
    await second
    assert [name for name, _ in room.served] == ["first", "second"]


async def test_a_call_takes_the_first_place_at_any_of_its_channels_and_holds_up_nobody_afterwards() -> None:
    room = Room(a=0, b=0)
    either = room.wait("either", "a", "b")
    only_a, only_b = room.wait("only a", "a"), room.wait("only b", "b")
    await room.free("b")
    await room.free("a")
    await room.free("b")
    assert room.served == [("either", "b"), ("only a", "a"), ("only b", "b")]
    await asyncio.gather(either, only_a, only_b)


async def test_who_goes_away_leaves_the_queue_even_with_a_place_in_sight() -> None:
    room = Room(a=0)
    gone, next_ = room.wait("gone", "a"), room.wait("next", "a")
    await settled()
    room.places["a"] += 1
    room.queue.wake("a")
    gone.cancel()
    assert await next_
    assert room.served == [("next", "a")]
    assert len(room.queue) == 0


async def test_who_has_waited_long_enough_gives_up_and_others_move_up() -> None:
    room = Room(a=0)
    short, long_ = room.wait("short", "a", seconds=0.05), room.wait("long", "a")
    assert not await short
    await room.free("a")
    assert await long_


async def test_when_a_limit_says_that_there_will_be_room_the_first_looks() -> None:
    room = Room(a=0)
    waiting = [room.wait(f"{number}", "a", due=0.02) for number in range(3)]
    await settled()
    room.places["a"] = 3  # as time passes, without a word
    assert all(await asyncio.wait_for(asyncio.gather(*waiting), 2))
    assert [name for name, _ in room.served] == ["0", "1", "2"]


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_wait_than_may(most: int) -> None:
    room = Room(most, a=0)
    waiting = [room.wait(f"{number}", "a") for number in range(most)]
    await settled()
    assert not await room.want("one too many", "a")
    for _ in waiting:
        await room.free("a")
    assert all([await each for each in waiting])
