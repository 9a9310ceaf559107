"""Reservations: many at once never overdraw, in memory and through Redis; what is settled or lost is free again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.core import redis_reservations
from guildhall.core.ids import new_id
from guildhall.core.redis_reservations import RedisReservations
from guildhall.core.reservations import NOTHING, Amounts, Budget, Claim, Refusal, Reservations
from guildhall.core.settings import Settings
from guildhall.core.shared import create_reservations
from tests.services.databases import Databases


async def nothing_used(_budget: Budget) -> Amounts:
    return NOTHING


@pytest_asyncio.fixture(scope="module")
async def reservations(settings: Settings) -> AsyncIterator[Reservations]:
    made = create_reservations(settings, nothing_used)
    yield made
    await made.stop()


def budget(money: int | None, tokens: int | None = None) -> Claim:
    subject = new_id("su")
    return Claim(subject, None, Budget(f"{subject}:day", (money, tokens), subject, 0))


async def take(reservations: Reservations, claim: Claim, amounts: Amounts) -> tuple[str, Refusal | None]:
    holder = new_id("call")
    return holder, await reservations.take(holder, [claim], amounts)


async def test_of_many_at_once_exactly_as_many_are_granted_as_there_is_money_for(reservations: Reservations) -> None:
    claim = budget(100 * 7)
    answers = await asyncio.gather(*(take(reservations, claim, (7, 50)) for _ in range(200)))
    granted = [holder for holder, refusal in answers if refusal is None]
    assert len(granted) == 100
    assert {refusal for _, refusal in answers if refusal is not None} == {Refusal(0, "money")}
    for holder in granted:
        await reservations.settle(holder, [claim], (7, 50))
    assert (await take(reservations, claim, (7, 50)))[1] == Refusal(0, "money")


async def test_what_a_call_did_not_use_can_be_used_by_the_next(reservations: Reservations) -> None:
    claim = budget(None, 100)
    first, refusal = await take(reservations, claim, (0, 90))
    assert refusal is None
    assert (await take(reservations, claim, (0, 90)))[1] == Refusal(0, "tokens")
    await reservations.settle(first, [claim], (0, 10))
    await reservations.settle(first, [claim], (0, 10))  # twice is as good as once
    assert (await take(reservations, claim, (0, 90)))[1] is None


async def test_a_call_alone_may_have_all_that_is_left_and_then_nothing_is(reservations: Reservations) -> None:
    claim = budget(100)
    holder, refusal = await take(reservations, claim, (5000, 0))
    assert refusal is None
    assert (await take(reservations, claim, (1, 0)))[1] == Refusal(0, "money")
    await reservations.settle(holder, [claim], (120, 0))
    assert (await take(reservations, claim, (1, 0)))[1] == Refusal(0, "money")


async def test_places_are_counted_and_given_back(reservations: Reservations) -> None:
    claim = Claim(new_id("su"), 3, None)
    answers = await asyncio.gather(*(take(reservations, claim, NOTHING) for _ in range(20)))
    granted = [holder for holder, refusal in answers if refusal is None]
    assert len(granted) == 3
    await reservations.settle(granted[0], [claim], NOTHING)
    assert (await take(reservations, claim, NOTHING))[1] is None
    assert (await take(reservations, claim, NOTHING))[1] == Refusal(0, "place")


async def test_who_is_refused_one_claim_holds_nothing_of_the_others(reservations: Reservations) -> None:
    free, full = Claim(new_id("su"), 1, None), Claim(new_id("su"), 1, None)
    await take(reservations, full, NOTHING)
    for _ in range(5):
        assert await reservations.take(new_id("call"), [free, full], NOTHING) == Refusal(1, "place")
    assert (await take(reservations, free, NOTHING))[1] is None


async def test_what_was_used_before_counts(settings: Settings) -> None:
    asked = []

    async def used(budget: Budget) -> Amounts:
        asked.append(budget.account)
        return 90, 0

    made = [create_reservations(settings, used) for _ in range(2)]
    claim = budget(100)
    holder = new_id("call")
    assert await made[0].take(holder, [claim], (10, 0)) is None
    await made[0].settle(holder, [claim], (10, 0))
    assert await made[0].take(new_id("call"), [claim], (1, 0)) == Refusal(0, "money")
    assert asked == [claim.budget.account] if claim.budget else False
    for one in made:
        await one.stop()


async def test_replicas_share_places_and_budgets(settings: Settings, mode: str) -> None:
    made = [create_reservations(settings, nothing_used) for _ in range(3)]
    claim = budget(100 * 7)
    answers = await asyncio.gather(*(take(one, claim, (7, 0)) for one in made for _ in range(150)))
    assert sum(refusal is None for _, refusal in answers) == (100 if mode == "scaled" else 300)
    for one in made:
        await one.stop()


async def test_what_a_killed_process_held_is_free_after_a_while(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_reservations, "HELD_SECONDS", 0.3)
    killed, other = (create_reservations(settings, nothing_used) for _ in range(2))
    claim = Claim(new_id("su"), 1, budget(100).budget)
    assert await killed.take(new_id("call"), [claim], (60, 0)) is None
    await killed.stop()
    await asyncio.sleep(0.4)
    assert await other.take(new_id("call"), [claim], (60, 0)) is None
    await other.stop()


@pytest.mark.slow
async def test_what_is_used_while_redis_is_away_is_charged_when_it_is_back(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_given: object, **_options: object) -> None:
        raise ConnectionError("away")

    with databases.settings("scaled") as settings:
        made = RedisReservations(settings.redis_url.get_secret_value(), namespace=new_id("ns"), used=nothing_used)
        claim = budget(100)
        first, alone = new_id("call"), new_id("call")
        assert await made.take(first, [claim], (30, 0)) is None
        with monkeypatch.context() as patched:
            patched.setattr(made, "_take", away)
            patched.setattr(made, "_settle", away)
            assert await made.take(alone, [claim], (40, 0)) is None
            await made.settle(first, [claim], (30, 0))
            await made.settle(alone, [claim], (40, 0))
        await made.settle_rest()
        assert await made.take(new_id("call"), [claim], (30, 0)) is None
        assert await made.take(new_id("call"), [claim], (1, 0)) == Refusal(0, "money")
        await made.stop()


async def test_without_redis_each_process_decides_by_itself() -> None:
    away = RedisReservations("redis://127.0.0.1:1", namespace="away", used=nothing_used)
    claim = budget(10)
    holder = new_id("call")
    assert await away.take(holder, [claim], (10, 0)) is None
    assert await away.take(new_id("call"), [claim], (1, 0)) == Refusal(0, "money")
    await away.settle(holder, [claim], (4, 0))
    assert await away.take(new_id("call"), [claim], (6, 0)) is None
    await away.stop()
