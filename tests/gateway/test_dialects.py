"""Every way to ask, of every kind of provider: OpenAI's and Anthropic's own SDKs in front, the simulator behind."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic
import httpx
import openai
import pytest
import pytest_asyncio
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge.tables import Call
from tests.gateway.providers import Simulator, channel, eventually
from tests.gateway.test_sdk import said
from tests.services.product import Running

pytestmark = pytest.mark.slow  # each conversation with each kind of provider

KINDS = {"custom": "/v1", "anthropic": "/v1", "gemini": "/v1beta"}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest_asyncio.fixture(scope="session", params=sorted(KINDS))
async def spoken(request: pytest.FixtureRequest, admin: httpx.AsyncClient, simulator: Simulator) -> str:
    """The name of a model whose provider speaks one of the dialects."""
    name = f"{request.param}-{new_id('m')}"
    body = channel(name, simulator.url, name, kind=request.param, api_key="sk-0123456789abcdef")
    made = await admin.post("/api/v1/gateway/channels", json=body | {"base_url": simulator.url + KINDS[request.param]})
    assert made.status_code == 201, made.text
    return name


@pytest_asyncio.fixture(scope="session")
async def claude(server: Running, key: str) -> AsyncIterator[anthropic.AsyncAnthropic]:
    """Anthropic's asynchronous client, against the gateway."""
    async with anthropic.AsyncAnthropic(base_url=server.url, api_key=key, max_retries=0, timeout=20) as client:
        yield client


async def row_of(db: Database, model: str, endpoint: str) -> Call:
    """The newest row of a model at an endpoint."""
    found: list[Call] = []

    async def is_there() -> bool:
        statement = select(Call).where(Call.model == model, Call.endpoint == endpoint).order_by(Call.id.desc())
        async with db.read() as session:
            found[:] = (await session.scalars(statement.limit(1))).all()
        return bool(found)

    await eventually(is_there)
    return found[0]


# --- chat completions ----------------------------------------------------------------------------------------------


async def test_chat_whole(sdk: openai.AsyncOpenAI, spoken: str, db: Database) -> None:
    answer = await sdk.chat.completions.create(model=spoken, messages=said("[[say=你好 👋]] [[reason]] hello"))
    message = answer.choices[0].message
    assert (message.content, answer.choices[0].finish_reason) == ("你好 👋", "stop")
    assert "simulated thinking" in getattr(message, "reasoning_content", "")
    assert answer.usage is not None
    row = await row_of(db, spoken, "/v1/chat/completions")
    assert (row.input_tokens, row.output_tokens) == (answer.usage.prompt_tokens, answer.usage.completion_tokens)
    assert row.input_tokens
    assert row.output_tokens


async def test_chat_streamed(sdk: openai.AsyncOpenAI, spoken: str) -> None:
    stream = await sdk.chat.completions.create(
        model=spoken, messages=said("[[say=Good night to all]] [[reason]] [[split]]"), stream=True
    )
    chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Good night to all"
    assert "thinking" in "".join(getattr(chunk.choices[0].delta, "reasoning_content", None) or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)
    stream = await sdk.chat.completions.create(
        model=spoken, messages=said("hello"), stream=True, stream_options={"include_usage": True}
    )
    last = [chunk async for chunk in stream][-1]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.completion_tokens > 0


@pytest.mark.parametrize("streamed", [False, True])
async def test_chat_with_tools_and_their_results(sdk: openai.AsyncOpenAI, spoken: str, streamed: bool) -> None:
    tool: Any = {"type": "function", "function": {"name": "weather", "parameters": CITY}}
    messages: list[Any] = said("[[tools=2]] how is it")
    if streamed:
        async with sdk.chat.completions.stream(model=spoken, messages=messages, tools=[tool]) as stream:
            answer: Any = await stream.get_final_completion()
    else:
        answer = await sdk.chat.completions.create(model=spoken, messages=messages, tools=[tool])
    calls = answer.choices[0].message.tool_calls
    assert [(call.function.name, call.function.arguments.replace(" ", "")) for call in calls] == [
        ("weather", '{"city":"sample"}')
    ] * 2
    assert len({call.id for call in calls}) == 2
    assert answer.choices[0].finish_reason == "tool_calls"
    told = answer.choices[0].message.model_dump(include={"role", "content", "tool_calls"})
    messages += [told, *({"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in calls)]
    after = await sdk.chat.completions.create(model=spoken, messages=messages, tools=[tool])
    assert "sunny" in (after.choices[0].message.content or "")


async def test_chat_errors(sdk: openai.AsyncOpenAI, spoken: str) -> None:
    with pytest.raises(openai.RateLimitError):
        await sdk.chat.completions.create(model=spoken, messages=said("[[error=429]]"))
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.chat.completions.create(model=spoken, messages=said("[[error=400]]"))
    assert "asked to answer with 400" in refused.value.message
    stream = await sdk.chat.completions.create(model=spoken, messages=said("[[slow=50]] [[fail=3]] hello"), stream=True)
    with pytest.raises(openai.APIError):
        _ = [chunk async for chunk in stream]


# --- messages ------------------------------------------------------------------------------------------------------


async def test_messages_whole(claude: anthropic.AsyncAnthropic, spoken: str, db: Database) -> None:
    answer = await claude.messages.create(
        model=spoken, max_tokens=500, system="Be brief.", messages=said("[[say=你好 👋]] [[reason]] hello")
    )
    assert [block.text for block in answer.content if block.type == "text"] == ["你好 👋"]
    assert any(block.type == "thinking" and "simulated" in block.thinking for block in answer.content)
    assert answer.stop_reason == "end_turn"
    row = await row_of(db, spoken, "/v1/messages")
    assert (row.input_tokens, row.output_tokens) == (answer.usage.input_tokens, answer.usage.output_tokens)


async def test_messages_streamed_with_tools(claude: anthropic.AsyncAnthropic, spoken: str) -> None:
    tool: Any = {"name": "weather", "input_schema": CITY}
    messages: list[Any] = said("[[tools=2]] [[reason]] how is it")
    async with claude.messages.stream(model=spoken, max_tokens=500, tools=[tool], messages=messages) as stream:
        answer = await stream.get_final_message()
    uses = [block for block in answer.content if block.type == "tool_use"]
    assert [(use.name, use.input) for use in uses] == [("weather", {"city": "sample"})] * 2
    assert answer.stop_reason == "tool_use"
    assert answer.usage.output_tokens > 0
    results = [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"} for use in uses]
    messages += [{"role": "assistant", "content": answer.content}, {"role": "user", "content": results}]
    async with claude.messages.stream(model=spoken, max_tokens=500, tools=[tool], messages=messages) as stream:
        assert "sunny" in "".join([text async for text in stream.text_stream])


async def test_messages_errors(claude: anthropic.AsyncAnthropic, server: Running, spoken: str) -> None:
    with pytest.raises(anthropic.RateLimitError):
        await claude.messages.create(model=spoken, max_tokens=9, messages=said("[[error=429]]"))
    with pytest.raises(anthropic.BadRequestError) as refused:
        await claude.messages.create(model=spoken, max_tokens=9, messages=said("[[error=400]]"))
    assert refused.value.body["type"] == "error"  # type: ignore[index]
    with pytest.raises(anthropic.APIError):
        async with claude.messages.stream(
            model=spoken, max_tokens=9, messages=said("[[slow=50]] [[fail=3]] hello")
        ) as stream:
            await stream.get_final_message()
    async with anthropic.AsyncAnthropic(base_url=server.url, api_key="gh-wrong", max_retries=0) as stranger:
        with pytest.raises(anthropic.AuthenticationError):
            await stranger.messages.create(model=spoken, max_tokens=9, messages=said("hello"))
    with pytest.raises(anthropic.NotFoundError):
        await claude.messages.create(model="nothing", max_tokens=9, messages=said("hello"))


async def test_tokens_are_counted_where_the_provider_can(claude: anthropic.AsyncAnthropic, spoken: str) -> None:
    messages: list[Any] = said("hello there")
    if spoken.startswith("anthropic"):
        assert (await claude.messages.count_tokens(model=spoken, messages=messages)).input_tokens > 0
    else:
        with pytest.raises(anthropic.BadRequestError, match="cannot be called"):
            await claude.messages.count_tokens(model=spoken, messages=messages)


# --- responses -----------------------------------------------------------------------------------------------------


async def test_responses_whole_and_streamed(sdk: openai.AsyncOpenAI, spoken: str, db: Database) -> None:
    answer = await sdk.responses.create(model=spoken, input="[[say=Good day]]", instructions="Be brief.")
    assert (answer.output_text, answer.status) == ("Good day", "completed")
    assert answer.usage is not None
    row = await row_of(db, spoken, "/v1/responses")
    assert (row.input_tokens, row.output_tokens) == (answer.usage.input_tokens, answer.usage.output_tokens)
    stream = await sdk.responses.create(model=spoken, input="[[say=Good night to all]]", stream=True)
    events = [event async for event in stream]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Good night to all"
    assert events[-1].type == "response.completed"


async def test_responses_with_tools(sdk: openai.AsyncOpenAI, spoken: str) -> None:
    tool: Any = {"type": "function", "name": "weather", "parameters": CITY, "strict": False}
    answer = await sdk.responses.create(model=spoken, input="[[tool]] how is it", tools=[tool])
    [call] = [item for item in answer.output if item.type == "function_call"]
    assert (call.name, call.arguments.replace(" ", "")) == ("weather", '{"city":"sample"}')
    given: Any = [
        {"role": "user", "content": "how is it"},
        call.model_dump(exclude_none=True),
        {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"},
    ]
    after = await sdk.responses.create(model=spoken, input=given, tools=[tool])
    assert "sunny" in after.output_text
