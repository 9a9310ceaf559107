"""Completions from inside the house: the same pipeline, the same codes, the same rows."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.errors import AppError, UpstreamTimeoutError
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from guildhall.edge.call import Timeouts
from guildhall.edge.tables import Call
from guildhall.gateway.completions import (
    CompletionRequest,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)
from guildhall.gateway.runtime import Gateway
from tests.gateway.gateways import another_gateway
from tests.gateway.providers import Simulator, eventually


@pytest_asyncio.fixture
async def gateway(settings: Settings, db: Database) -> AsyncIterator[Gateway]:
    """A gateway with the product's patience."""
    async with another_gateway(settings, db, Timeouts()) as made:
        yield made


@pytest.mark.parametrize("text", ["[[hang]]", "[[slow=200]] [[hang=3]]"])
@pytest.mark.slow
async def test_a_provider_that_falls_silent_is_a_timeout(
    settings: Settings, db: Database, model: str, text: str
) -> None:
    async with another_gateway(settings, db, Timeouts(first_byte=0.5, idle=0.5)) as impatient:
        with pytest.raises(UpstreamTimeoutError) as caught:
            async for _ in impatient.completions.stream(request(model, text)):
                pass
    assert caught.value.code == "upstream_timeout"


def request(model: str, text: str, **params: object) -> CompletionRequest:
    """One question of one user."""
    return CompletionRequest(model, [{"role": "user", "content": text}], new_id("us"), new_id("se"), params)


async def test_an_answer_comes_as_thinking_text_and_an_end_with_usage(gateway: Gateway, model: str) -> None:
    events = [event async for event in gateway.completions.stream(request(model, "[[reason]] [[say=你好 there]]"))]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "你好 there"
    assert any(isinstance(event, ReasoningDelta) for event in events)
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.reason == "stop"
    assert last.usage is not None
    assert last.usage.reasoning_tokens > 0


async def test_tool_calls_come_as_deltas(gateway: Gateway, model: str) -> None:
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {}}}}}
    events = [event async for event in gateway.completions.stream(request(model, "[[tools=2]]", tools=[tool]))]
    calls = [event for event in events if isinstance(event, ToolCallDelta)]
    assert {call.index for call in calls} == {0, 1}
    assert "".join(call.arguments for call in calls if call.index == 1) == '{"city":"sample"}'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[error=500]]", "upstream_error"),
        ("[[error=400]]", "rejected_by_provider"),
        ("[[slow=200]] [[drop=3]]", "upstream_error"),
        ("[[slow=200]] [[fail=3]]", "upstream_error"),
        ("[[slow=200]] [[nofinish]] [[words=3]]", "upstream_invalid_response"),
    ],
)
async def test_failures_are_raised_with_the_gateways_codes(gateway: Gateway, model: str, text: str, code: str) -> None:
    with pytest.raises(AppError) as caught:
        async for _ in gateway.completions.stream(request(model, text)):
            pass
    assert caught.value.code == code


async def test_a_model_that_nobody_serves_is_raised(gateway: Gateway) -> None:
    with pytest.raises(AppError, match="does not exist"):
        await anext(gateway.completions.stream(request("no-such-model", "hello")))


async def test_closing_the_iterator_stops_the_provider(gateway: Gateway, model: str, simulator: Simulator) -> None:
    before = (await simulator.stats())["active"]
    async with aclosing(gateway.completions.stream(request(model, "[[endless]] [[slow=100]]"))) as stream:
        await anext(stream)
    await simulator.is_left_with(before)


async def test_every_call_has_one_row_with_figures_and_not_a_word_of_it(
    gateway: Gateway, model: str, db: Database
) -> None:
    asked = request(model, "[[say=confidential words]]")
    async for _ in gateway.completions.stream(asked):
        pass
    row = await _row(db, asked.session_id or "")
    assert (row.user_id, row.key_id, row.model, row.status, row.code) == (asked.user_id, None, model, 200, None)
    assert row.stream
    assert row.output_tokens
    assert row.total_us >= row.ttft_us >= 0
    assert row.attempts == 1
    assert not any("confidential" in str(value) for value in vars(row).values())


async def test_a_call_that_is_closed_early_is_a_499(gateway: Gateway, model: str, db: Database) -> None:
    asked = request(model, "[[endless]] [[slow=100]]")
    async with aclosing(gateway.completions.stream(asked)) as stream:
        await anext(stream)
    assert ((await _row(db, asked.session_id or "")).status) == 499


async def _row(db: Database, session_id: str) -> Call:
    rows: list[Call] = []

    async def is_stored() -> bool:
        async with db.read() as session:
            rows.extend(await session.scalars(select(Call).where(Call.session_id == session_id)))
        return bool(rows)

    await eventually(is_stored)
    return rows[0]
