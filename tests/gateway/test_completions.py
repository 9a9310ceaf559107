"""Completions from inside the house: the same pipeline, the same codes, the same rows."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
import orjson
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
    CompletionEvent,
    CompletionRequest,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)
from guildhall.gateway.runtime import Gateway
from tests.gateway.gateways import another_gateway
from tests.gateway.providers import Simulator, channel, eventually, saying, socket_server


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


def piece(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    """One piece of a tool call."""
    return {**more, "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([piece("f", '{"a"', index="0", id="x"), piece(None, ":1}", index="0")], {0: ("x", "f", '{"a":1}')}),
        ([piece("f", "{}", index=None, id="x"), piece("g", "{}", id="y")], {0: ("x", "f", "{}"), 1: ("y", "g", "{}")}),
        (
            [piece("f", id="x", index=[]), piece("g", id="y"), piece("f", "{}", id="x"), piece("g", "[]", id="y")],
            {0: ("x", "f", "{}"), 1: ("y", "g", "[]")},
        ),
        ([piece("f", "{", index=True), piece(None, "}")], {0: (None, "f", "{}")}),
        ([piece("f", "{}"), piece("g", "{}")], {0: (None, "f", "{}"), 1: (None, "g", "{}")}),
        ([piece("f", {"a": 1}, index=0, id=7)], {0: ("7", "f", '{"a":1}')}),
        (
            [piece("f", "{}", index=0), {"index": 0, "function": "odd"}, {"function": [], "index": {}}, None, "x", 7],
            {0: (None, "f", "{}")},
        ),
        ([{"index": 0, "id": "x", "function": None}, piece("f", "{}", index=0)], {0: ("x", "f", "{}")}),
        ({"index": 0, **piece("f", "{}")}, {0: (None, "f", "{}")}),
    ],
)
async def test_tool_calls_are_read_as_oddly_as_providers_write_them(
    gateway: Gateway, admin: httpx.AsyncClient, pieces: Any, calls: dict[int, Any]
) -> None:
    said = [event async for event in _streamed(gateway, admin, pieces) if isinstance(event, ToolCallDelta)]
    named = {call.index: call.name for call in reversed(said) if call.name}
    ids = {call.index: call.id for call in reversed(said) if call.id}
    told = {n: (ids.get(n), named[n], "".join(call.arguments for call in said if call.index == n)) for n in named}
    assert told == calls
    assert {call.index for call in said} == set(calls)


@pytest.mark.parametrize("pieces", ["odd", 7, {}, [], [None, ["x"]]])
async def test_what_is_no_tool_call_is_passed_over(gateway: Gateway, admin: httpx.AsyncClient, pieces: Any) -> None:
    events = [event async for event in _streamed(gateway, admin, pieces, reason="stop")]
    assert [event for event in events if not isinstance(event, Finished)] == [ToolCallDelta(0, None, None, "")] * (
        pieces == {}
    )


async def test_calls_of_tools_without_a_name_are_told_as_the_providers_fault(
    gateway: Gateway, admin: httpx.AsyncClient
) -> None:
    with pytest.raises(AppError) as caught:
        _ = [event async for event in _streamed(gateway, admin, [{"index": 0, "id": "x", "function": "f"}])]
    assert caught.value.code == "upstream_invalid_response"


async def _streamed(
    gateway: Gateway, admin: httpx.AsyncClient, pieces: Any, reason: str = "tool_calls"
) -> AsyncIterator[CompletionEvent]:
    """What is told of an answer that brings tool calls, each piece in a chunk of its own if it is a list of them."""
    deltas = [{"tool_calls": [one]} for one in pieces] if isinstance(pieces, list) else [{"tool_calls": pieces}]
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": reason})
    lines = [orjson.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [one]}) for one in choices]
    body = b"".join(b"data: " + line + b"\n\n" for line in (*lines, b"[DONE]"))
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body)
    async with socket_server(saying(head + body)) as url:
        name = new_id("odd")
        created = await admin.post("/api/v1/gateway/channels", json=channel(name, url, name))
        assert created.status_code == 201, created.text
        async for event in gateway.completions.stream(request(name, "Go")):
            yield event


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
