"""Stored responses: kept here or at their provider, continued, listed, deleted, and nobody else's business."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
import pytest_asyncio

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.gateway.tables import StoredResponse
from tests.accounts.visitors import register, visitor
from tests.gateway.providers import Simulator, channel, eventually
from tests.services.product import PASSWORD, Running

pytestmark = pytest.mark.slow  # they wait for what is written in the background

TOOL: Any = {
    "type": "function",
    "name": "weather",
    "description": "How it is outside",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}
# Who keeps a response: a provider with the Responses API of its own, or this house for one without.
KEEPERS = {"provider": "openai", "house": "custom", "house for anthropic": "anthropic"}


@pytest_asyncio.fixture(scope="session", params=sorted(KEEPERS))
async def kept(request: pytest.FixtureRequest, admin: httpx.AsyncClient, simulator: Simulator) -> str:
    """The name of a model whose responses are kept by one or the other."""
    name = new_id("m")
    body = channel(name, simulator.url, name, kind=KEEPERS[request.param], api_key="sk-0123456789abcdef")
    created = await admin.post("/api/v1/gateway/channels", json=body)
    assert created.status_code == 201, created.text
    return name


@pytest_asyncio.fixture
async def stranger(server: Running, other: httpx.AsyncClient) -> AsyncIterator[openai.AsyncOpenAI]:
    """The SDK with somebody else's key."""
    made = await other.post("/api/v1/keys", json={"name": "tests"})
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        openai.AsyncOpenAI(
            base_url=f"{server.url}/v1", api_key=made.json()["key"], max_retries=0, http_client=http
        ) as client,
    ):
        yield client


async def stored(db: Database, response_id: str) -> StoredResponse | None:
    """The row of a response."""
    async with db.read() as session:
        return await session.get(StoredResponse, response_id)


async def test_a_conversation_goes_on_from_its_last_response(sdk: openai.AsyncOpenAI, kept: str) -> None:
    first = await sdk.responses.create(model=kept, input="[[say=Noted]] My name is Ada.", instructions="Be brief.")
    assert first.output_text == "Noted"
    second = await sdk.responses.create(model=kept, input="[[say=Ada]] What is my name?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    assert second.usage is not None
    assert first.usage is not None
    assert second.usage.input_tokens > first.usage.input_tokens, "the earlier turns went along"
    with pytest.raises(openai.BadRequestError):
        await sdk.responses.retrieve(second.id, stream=True)
    again = await sdk.responses.retrieve(second.id)
    assert (again.id, again.output_text, again.status) == (second.id, "Ada", "completed")
    items = [item async for item in sdk.responses.input_items.list(second.id, order="asc")]
    words = [part.text for item in items for part in getattr(item, "content", None) or [] if hasattr(part, "text")]
    assert [word.partition("]] ")[2] or word for word in words] == ["My name is Ada.", "Noted", "What is my name?"]


async def test_a_streamed_response_is_kept_when_its_end_arrives(sdk: openai.AsyncOpenAI, kept: str) -> None:
    stream = await sdk.responses.create(model=kept, input="[[say=Good night]] [[reason]]", stream=True)
    last: Any = [event async for event in stream][-1]
    assert last.type == "response.completed"
    assert (await sdk.responses.retrieve(last.response.id)).output_text == "Good night"
    stream = await sdk.responses.create(
        model=kept, input="[[say=Good morning]]", stream=True, previous_response_id=last.response.id
    )
    assert [event async for event in stream][-1].type == "response.completed"


async def test_tools_are_called_over_two_turns(sdk: openai.AsyncOpenAI, kept: str) -> None:
    asked = await sdk.responses.create(model=kept, input="[[tools=1]] how is it", tools=[TOOL])
    call: Any = next(item for item in asked.output if item.type == "function_call")
    told: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    answered = await sdk.responses.create(model=kept, input=[told], tools=[TOOL], previous_response_id=asked.id)
    assert "sunny" in answered.output_text


async def test_what_is_not_to_be_stored_is_not(sdk: openai.AsyncOpenAI, kept: str, db: Database) -> None:
    answer = await sdk.responses.create(model=kept, input="[[say=Secret]]", store=False)
    assert await stored(db, answer.id) is None
    with pytest.raises(openai.NotFoundError) as unknown:
        await sdk.responses.retrieve(answer.id)
    assert unknown.value.code == "not_found"


async def test_a_deleted_response_is_gone(sdk: openai.AsyncOpenAI, kept: str, db: Database) -> None:
    answer = await sdk.responses.create(model=kept, input="[[say=Gone soon]]")
    await sdk.responses.delete(answer.id)
    assert await stored(db, answer.id) is None
    for asking in (sdk.responses.retrieve(answer.id), sdk.responses.delete(answer.id)):
        with pytest.raises(openai.NotFoundError):
            await asking
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.responses.create(model=kept, input="And?", previous_response_id=answer.id)
    assert (refused.value.code, refused.value.param) == ("previous_response_not_found", "previous_response_id")


async def test_a_response_is_its_owners_alone(sdk: openai.AsyncOpenAI, stranger: openai.AsyncOpenAI, kept: str) -> None:
    answer = await sdk.responses.create(model=kept, input="[[say=Mine]]")
    for asking in (
        stranger.responses.retrieve(answer.id),
        stranger.responses.delete(answer.id),
        stranger.responses.input_items.list(answer.id),
    ):
        with pytest.raises(openai.NotFoundError):
            await asking
    with pytest.raises(openai.BadRequestError) as refused:
        await stranger.responses.create(model=kept, input="And?", previous_response_id=answer.id)
    assert refused.value.code == "previous_response_not_found"
    assert (await sdk.responses.retrieve(answer.id)).output_text == "Mine"


async def test_the_last_of_a_deleted_chain_cannot_go_on(sdk: openai.AsyncOpenAI, ours: str) -> None:
    first = await sdk.responses.create(model=ours, input="[[say=One]]")
    second = await sdk.responses.create(model=ours, input="[[say=Two]]", previous_response_id=first.id)
    await sdk.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.responses.create(model=ours, input="Three", previous_response_id=second.id)
    assert first.id in refused.value.message


async def test_a_stream_that_the_caller_leaves_is_kept_as_far_as_it_came(
    raw: httpx.AsyncClient, sdk: openai.AsyncOpenAI, ours: str, db: Database
) -> None:
    body = {"model": ours, "input": "[[slow=60]] [[words=300]]", "stream": True}
    response_id = ""
    async with raw.stream("POST", "/v1/responses", json=body) as answer:
        async for line in answer.aiter_lines():
            if '"response.created"' in line and line.startswith("data: "):
                response_id = line.partition('"id":"')[2].partition('"')[0]
            if "output_text.delta" in line and "quiet" in line:
                break

    async def is_there() -> bool:
        return await stored(db, response_id) is not None

    await eventually(is_there)
    found = await sdk.responses.retrieve(response_id)
    assert found.status == "incomplete"
    assert found.output_text.startswith("the hall was quiet")


async def test_a_stream_that_its_provider_breaks_off_is_kept_as_failed(
    raw: httpx.AsyncClient, sdk: openai.AsyncOpenAI, ours: str
) -> None:
    body = {"model": ours, "input": "[[slow=200]] [[drop=4]] [[words=30]]", "stream": True}
    answer = await raw.post("/v1/responses", json=body)
    response_id = answer.text.partition('"id":"')[2].partition('"')[0]

    async def has_failed() -> bool:
        with contextlib.suppress(openai.NotFoundError):
            return (await sdk.responses.retrieve(response_id)).status == "failed"
        return False

    await eventually(has_failed)
    found = await sdk.responses.retrieve(response_id)
    assert found.error is not None
    assert found.output_text.startswith("the hall was")


async def test_what_was_asked_is_repeated(sdk: openai.AsyncOpenAI, ours: str) -> None:
    answer = await sdk.responses.create(
        model=ours,
        input="[[say=Yes]]",
        instructions="Be brief.",
        temperature=0.5,
        max_output_tokens=100,
        tools=[TOOL],
        parallel_tool_calls=False,
        metadata={"order": "7"},
        reasoning={"effort": "low"},
    )
    echoed = answer.model_dump(
        include={"instructions", "temperature", "max_output_tokens", "parallel_tool_calls", "metadata", "store"}
    )
    assert echoed == {
        "instructions": "Be brief.",
        "temperature": 0.5,
        "max_output_tokens": 100,
        "parallel_tool_calls": False,
        "metadata": {"order": "7"},
    } | ({"store": True} if "store" in echoed else {})
    assert [tool.type for tool in answer.tools] == ["function"]
    assert answer.reasoning is not None
    assert (answer.reasoning.effort, answer.reasoning.summary) == ("low", None)
    assert (await sdk.responses.retrieve(answer.id)).instructions == "Be brief."


async def test_tokens_are_counted_where_the_provider_can(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, ours: str
) -> None:
    for kind in ("openai", "anthropic"):
        name = new_id("m")
        body = channel(name, simulator.url, name, kind=kind, api_key="sk-0123456789abcdef")
        assert (await admin.post("/api/v1/gateway/channels", json=body)).status_code == 201
        asked = {"model": name, "input": "x" * 400, "tools": [TOOL], "max_output_tokens": 5, "temperature": 0.5}
        counted = await raw.post("/v1/responses/input_tokens", json=asked)
        assert counted.json() == {"object": "response.input_tokens", "input_tokens": 100}
        first = (await raw.post("/v1/responses", json={"model": name, "input": "[[say=Yes]]" + "y" * 400})).json()
        more = await raw.post("/v1/responses/input_tokens", json=asked | {"previous_response_id": first["id"]})
        assert more.json()["input_tokens"] > 200
    refused = await raw.post("/v1/responses/input_tokens", json={"model": ours, "input": "x"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unsupported_endpoint")


async def test_the_channel_that_keeps_a_response_must_be_there(
    admin: httpx.AsyncClient, sdk: openai.AsyncOpenAI, simulator: Simulator
) -> None:
    name = new_id("m")
    body = channel(name, simulator.url, name, kind="openai", api_key="sk-0123456789abcdef")
    made = (await admin.post("/api/v1/gateway/channels", json=body)).json()
    elsewhere = channel(f"{name} 2", simulator.url, name)
    answer = await sdk.responses.create(model=name, input="[[say=Kept]]")
    assert (await admin.post("/api/v1/gateway/channels", json=elsewhere)).status_code == 201
    again = [await sdk.responses.create(model=name, input="And?", previous_response_id=answer.id) for _ in range(6)]
    assert all(each.previous_response_id == answer.id for each in again), "no other channel can go on from it"
    assert (await admin.delete(f"/api/v1/gateway/channels/{made['id']}")).status_code == 204
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    for asking in (
        sdk.responses.retrieve(answer.id),
        sdk.responses.create(model=name, input="And?", previous_response_id=answer.id),
    ):
        with pytest.raises(openai.APIStatusError) as refused:
            await asking
        assert (refused.value.status_code, refused.value.code) == (503, "no_channel")


async def test_many_at_once_are_all_kept(sdk: openai.AsyncOpenAI, ours: str) -> None:
    async def talk(number: int) -> str:
        first = await sdk.responses.create(model=ours, input=f"[[say=First {number}]]")
        second = await sdk.responses.create(model=ours, input=f"[[say=Then {number}]]", previous_response_id=first.id)
        return (await sdk.responses.retrieve(second.id)).output_text

    assert await asyncio.gather(*(talk(number) for number in range(20))) == [f"Then {number}" for number in range(20)]


async def test_a_copy_of_everything_has_the_responses(
    sdk: openai.AsyncOpenAI, member: httpx.AsyncClient, ours: str
) -> None:
    answer = await sdk.responses.create(model=ours, input="[[say=For the copy]]")
    copy = (await member.get("/api/v1/me/export")).json()
    found = next(each for each in copy["responses"] if each["id"] == answer.id)
    assert found["output"][0]["content"][0]["text"] == "For the copy"


async def test_responses_go_with_the_account(
    server: Running, admin: httpx.AsyncClient, ours: str, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visitor(server) as browser:
        await register(browser)
        kept = (await browser.post("/v1/responses", json={"model": ours, "input": "[[say=Mine]]"})).json()["id"]
        assert await stored(db, kept) is not None
        endless = {"model": ours, "input": "[[endless]] [[slow=50]]", "stream": True}
        async with browser.stream("POST", "/v1/responses", json=endless) as answer:
            await anext(answer.aiter_lines())
            gone = await browser.request("DELETE", "/api/v1/me", json={"password": PASSWORD})
            assert gone.status_code == 204
    assert await stored(db, kept) is None

    async def is_settled() -> bool:
        return not len(server.app.hall.gateway.responses.keeper)

    await eventually(is_settled)
    assert "response_lost" not in capsys.readouterr().out
