"""The list of models: what OpenAI's and Anthropic's own SDKs make of it, with what a model can do and costs."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic
import httpx
import openai
import pytest
import pytest_asyncio

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel
from tests.services.product import Running

ANTHROPIC = {"anthropic-version": "2023-06-01"}


@pytest_asyncio.fixture(scope="session")
async def claude(server: Running, key: str) -> AsyncIterator[anthropic.AsyncAnthropic]:
    """Anthropic's asynchronous client, against the gateway."""
    async with anthropic.AsyncAnthropic(base_url=server.url, api_key=key, max_retries=0, timeout=20) as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def known(admin: httpx.AsyncClient, simulator: Simulator) -> str:
    """A model that the product's own list knows, under a name of its own."""
    name = new_id("m")
    body = channel(name, simulator.url, kind="openai", api_key="sk-0123456789abcdef")
    body["models"] = [{"name": name, "upstream_model": "gpt-4.1"}]
    created = await admin.post("/api/v1/gateway/channels", json=body)
    assert created.status_code == 201, created.text
    return name


async def test_a_model_says_what_it_can_do_and_costs(sdk: openai.AsyncOpenAI, known: str) -> None:
    entry: Any = await sdk.models.retrieve(known)
    assert (entry.object, entry.owned_by) == ("model", "guildhall")
    assert entry.context_length > 1_000_000
    assert entry.max_output_tokens > 10_000
    assert {"chat", "tools"} <= set(entry.capabilities)
    assert entry.pricing["currency"] == "USD"
    assert (entry.pricing["prompt"], entry.pricing["completion"]) == ("0.000002", "0.000008")
    listed: Any = next(each for each in (await sdk.models.list()).data if each.id == known)
    assert listed.pricing == entry.pricing


async def test_what_nobody_knows_is_nothing(raw: httpx.AsyncClient, model: str) -> None:
    entry = (await raw.get(f"/v1/models/{model}")).json()
    assert (entry["context_length"], entry["pricing"], entry["capabilities"]) == (None, None, [])


@pytest.mark.slow
async def test_anthropics_sdk_lists_models_page_by_page(
    claude: anthropic.AsyncAnthropic, known: str, model: str
) -> None:
    every = [each async for each in claude.models.list(limit=1)]
    assert {known, model} <= {each.id for each in every}
    assert [each.id for each in every] == sorted(each.id for each in every)
    assert {each.type for each in every} == {"model"}
    backwards = [each.id async for each in claude.models.list(limit=2, before_id=every[-1].id)]
    assert sorted(backwards) == [each.id for each in every[:-1]]
    one = await claude.models.retrieve(known)
    assert (one.display_name, one.created_at.year) == (known, 1970)


async def test_anthropics_page_says_where_it_ends(raw: httpx.AsyncClient, known: str, model: str) -> None:
    whole = (await raw.get("/v1/models?limit=1000", headers=ANTHROPIC)).json()
    names = [entry["id"] for entry in whole["data"]]
    assert (whole["has_more"], whole["first_id"], whole["last_id"]) == (False, names[0], names[-1])
    page = (await raw.get(f"/v1/models?limit=1&after_id={names[0]}", headers=ANTHROPIC)).json()
    assert (page["first_id"], page["last_id"], page["has_more"]) == (names[1], names[1], len(names) > 2)
    empty = (await raw.get(f"/v1/models?after_id={names[-1]}", headers=ANTHROPIC)).json()
    assert empty == {"data": [], "has_more": False, "first_id": None, "last_id": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001", "limit=²", "after_id=none", "before_id=none"])
async def test_odd_pages_are_refused_in_anthropics_shape(raw: httpx.AsyncClient, model: str, query: str) -> None:
    answer = await raw.get(f"/v1/models?{query}", headers=ANTHROPIC)
    assert (answer.status_code, answer.json()["type"]) == (400, "error")
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_an_unknown_model_is_a_404_in_either_shape(raw: httpx.AsyncClient) -> None:
    openais = await raw.get("/v1/models/none")
    assert (openais.status_code, openais.json()["error"]["code"]) == (404, "model_not_found")
    anthropics = await raw.get("/v1/models/none", headers=ANTHROPIC)
    assert (anthropics.status_code, anthropics.json()["error"]["type"]) == (404, "not_found_error")


async def test_only_a_get_is_answered(raw: httpx.AsyncClient) -> None:
    for path in ("/v1/models", "/v1/models/x"):
        answer = await raw.post(path, json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")
