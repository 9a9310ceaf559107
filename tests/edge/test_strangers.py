"""Strangers are blocked by address, for five minutes, and what is known to be wrong is not looked for again."""

import asyncio

import pytest

from guildhall.core.errors import ForbiddenError
from guildhall.core.limits import MemoryLimiter
from guildhall.edge import strangers as module
from guildhall.edge.strangers import Strangers


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def strangers(clock: Clock) -> Strangers:
    return Strangers(MemoryLimiter(clock), lambda: 10, clock)


async def admitted(strangers: Strangers, address: str, tries: int) -> list[bool]:
    """Which of so many tries at once were let through."""
    found = await asyncio.gather(*(strangers.admit(address) for _ in range(tries)), return_exceptions=True)
    assert {type(each) for each in found} <= {ForbiddenError, module.Charge}
    return [not isinstance(each, ForbiddenError) for each in found]


async def test_ten_a_minute_and_with_one_more_five_minutes_of_none(strangers: Strangers, clock: Clock) -> None:
    assert await admitted(strangers, "192.0.2.1", 12) == [True] * 10 + [False] * 2
    assert await admitted(strangers, "192.0.2.2", 1) == [True]
    clock.now += 299
    assert await admitted(strangers, "192.0.2.1", 1) == [False]
    with pytest.raises(ForbiddenError) as caught:
        await strangers.admit("192.0.2.1")
    assert (caught.value.code, caught.value.headers["retry-after"]) == ("ip_blocked", "1")
    assert strangers.blocked() == 1
    clock.now += 1
    assert strangers.blocked() == 0
    assert await admitted(strangers, "192.0.2.1", 11) == [True] * 10 + [False]


async def test_a_slow_typist_is_never_blocked(strangers: Strangers, clock: Clock) -> None:
    for _ in range(100):
        assert await admitted(strangers, "192.0.2.1", 1) == [True]
        clock.now += 6


async def test_what_was_right_does_not_count(strangers: Strangers) -> None:
    for _ in range(50):
        await strangers.forgive(await strangers.admit("192.0.2.1"))
    assert await admitted(strangers, "192.0.2.1", 10) == [True] * 10


async def test_the_network_of_one_ipv6_customer_is_one_address(strangers: Strangers) -> None:
    tried = [(await admitted(strangers, f"2001:db8:0:1::{number:x}", 1))[0] for number in range(1, 13)]
    assert tried == [True] * 10 + [False] * 2
    assert await admitted(strangers, "2001:db8:0:2::1", 1) == [True]


async def test_what_is_remembered_is_bounded(strangers: Strangers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_WRONG", 3)
    monkeypatch.setattr(module, "_MOST_BLOCKED", 3)
    for number in range(3):
        strangers.found_wrong(b"%d" % number)
    assert strangers.is_wrong(b"0")  # which is heard of again
    strangers.found_wrong(b"3")
    assert [strangers.is_wrong(b"%d" % number) for number in range(4)] == [True, False, True, True]
    for number in range(5):
        await admitted(strangers, f"192.0.2.{number}", 11)
    assert strangers.blocked() == 3
