"""The official SDK in front of the gateway: models, completions, streams, and errors in OpenAI's shape."""

from typing import Any

import httpx
import openai
import pytest

from guildhall.accounts import keys
from tests.gateway.providers import eventually
from tests.services.product import Running


def said(text: str) -> list[Any]:
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


async def test_the_sdk_lists_models(sdk: openai.AsyncOpenAI, model: str) -> None:
    assert model in [entry.id async for entry in sdk.models.list()]
    assert (await sdk.models.retrieve(model)).id == model


async def test_the_sdk_completes(sdk: openai.AsyncOpenAI, model: str) -> None:
    answer = await sdk.chat.completions.create(model=model, messages=said("[[say=Good day]]"))
    assert answer.choices[0].message.content == "Good day"
    assert answer.usage is not None
    assert answer.usage.completion_tokens > 0


async def test_a_stream_arrives_and_hides_the_usage_that_nobody_asked_for(sdk: openai.AsyncOpenAI, model: str) -> None:
    stream = await sdk.chat.completions.create(model=model, messages=said("[[say=你好，世界]]"), stream=True)
    chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "你好，世界"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


async def test_a_stream_reports_usage_to_whoever_asks(sdk: openai.AsyncOpenAI, model: str) -> None:
    stream = await sdk.chat.completions.create(
        model=model, messages=said("hello"), stream=True, stream_options={"include_usage": True}
    )
    last = [chunk async for chunk in stream][-1]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens


async def test_thinking_passes_through(sdk: openai.AsyncOpenAI, model: str) -> None:
    answer = await sdk.chat.completions.create(model=model, messages=said("[[reason]] hello"))
    assert "simulated thinking" in getattr(answer.choices[0].message, "reasoning_content", "")


async def test_parallel_tool_calls_pass_through(sdk: openai.AsyncOpenAI, model: str) -> None:
    tool: Any = {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
    answer = await sdk.chat.completions.create(model=model, messages=said("[[tools=2]]"), tools=[tool])
    calls = answer.choices[0].message.tool_calls or []
    assert [call.type for call in calls] == ["function", "function"]
    assert answer.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize("text", ["[[split]] [[say=naïve 😀 中文]]", "[[split]] [[words=20]]"])
async def test_a_stream_cut_into_single_bytes_arrives_whole(sdk: openai.AsyncOpenAI, model: str, text: str) -> None:
    stream = await sdk.chat.completions.create(model=model, messages=said(text), stream=True)
    words = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert words == "naïve 😀 中文" or len(words.split()) == 20


async def test_an_unknown_model_is_a_404(sdk: openai.AsyncOpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await sdk.chat.completions.create(model="no-such-model", messages=said("hello"))
    assert caught.value.code == "model_not_found"
    assert caught.value.param == "model"


@pytest.mark.parametrize(
    "credential", ["gh-wrong", "sk-something-else-entirely", "a.b.c", keys.new_secret(), "gh-" + "é" * 51]
)
async def test_a_wrong_key_is_a_401(server: Running, model: str, credential: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        headers = {"authorization": f"Bearer {credential}".encode("latin-1")}
        answer = await http.get("/v1/models", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] in {"invalid_api_key", "key_malformed", "not_signed_in"}
    assert credential not in answer.text


async def test_no_key_is_a_401(server: Running, model: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        answer = await http.post("/v1/chat/completions", json={"model": model, "messages": []})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


async def test_a_revoked_key_stops_working(server: Running, member: httpx.AsyncClient, model: str) -> None:
    made = (await member.post("/api/v1/keys", json={"name": "short-lived"})).json()
    headers = {"authorization": f"Bearer {made['key']}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
        assert (await http.get("/v1/models")).status_code == 200
        await member.delete(f"/api/v1/keys/{made['id']}")

        async def is_refused() -> bool:
            return (await http.get("/v1/models")).status_code == 401

        await eventually(is_refused)


async def test_a_browser_may_call_with_its_access_token(member: httpx.AsyncClient, model: str) -> None:
    answer = await member.post("/v1/chat/completions", json={"model": model, "messages": said("[[say=No trace]]")})
    assert answer.json()["choices"][0]["message"]["content"] == "No trace"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        (b"{", "invalid_json", None),
        (b"[]", "invalid_json", None),
        (b'{"messages":[]}', "missing_field", "model"),
        (b'{"model":7,"messages":[]}', "missing_field", "model"),
        (b'{"model":"m"}', "missing_field", "messages"),
        (b'{"model":"m","messages":[],"stream":"yes"}', "invalid_field", "stream"),
        (b'{"model":"m","messages":[],"stream_options":7}', "invalid_field", "stream_options"),
        (b"\xff\xfe", "invalid_json", None),
        (b"[" * 100_000, "invalid_json", None),
    ],
)
async def test_a_broken_body_is_a_400(raw: httpx.AsyncClient, body: bytes, code: str, param: str | None) -> None:
    answer = await raw.post("/v1/chat/completions", content=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, code, param)
    assert error["type"] == "invalid_request_error"


async def test_what_a_provider_says_about_a_bad_request_is_passed_on(sdk: openai.AsyncOpenAI, model: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await sdk.chat.completions.create(model=model, messages=said("[[error=400]]"))
    assert "asked to answer with 400" in str(caught.value)


async def test_an_unknown_address_is_a_404_in_the_same_shape(raw: httpx.AsyncClient) -> None:
    answer = await raw.post("/v1/nonsense", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")


async def test_answers_name_the_call_and_what_the_gateway_cost(raw: httpx.AsyncClient, model: str) -> None:
    answer = await raw.post("/v1/chat/completions", json={"model": model, "messages": said("hello")})
    assert answer.headers["x-request-id"].startswith("call_")
    assert answer.headers["x-guildhall-attempts"] == "1"
    assert int(answer.headers["x-guildhall-overhead-us"]) > 0


async def test_a_large_prompt_passes_and_an_oversized_one_is_a_413(raw: httpx.AsyncClient, model: str) -> None:
    large = {"model": model, "messages": said("[[say=ok]]" + "x" * 5_000_000)}
    assert (await raw.post("/v1/chat/completions", json=large)).status_code == 200
    refused = await raw.post("/v1/chat/completions", content=b"x" * (64 * 1024 * 1024 + 1))
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "request_too_large")
