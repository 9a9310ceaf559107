"""Stored responses asked for in ways that make no sense: one clear error each."""

from typing import Any

import httpx
import openai
import pytest


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"previous_response_id": "resp_unknown"}, "previous_response_not_found"),
        ({"previous_response_id": "x" * 5000}, "previous_response_not_found"),
        ({"previous_response_id": "nul\0"}, "previous_response_not_found"),
        ({"previous_response_id": ""}, "previous_response_not_found"),
        ({"previous_response_id": 7}, "invalid_field"),
        ({"store": "yes"}, "invalid_field"),
        ({"conversation": "conv_of_somebody"}, "unsupported_parameter"),
    ],
)
async def test_odd_requests_are_refused(raw: httpx.AsyncClient, ours: str, more: dict[str, Any], code: str) -> None:
    answer = await raw.post("/v1/responses", json={"model": ours, "input": "hello", **more})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=101", "order=up", "after=nothing"])
async def test_odd_lists_are_refused(raw: httpx.AsyncClient, sdk: openai.AsyncOpenAI, ours: str, query: str) -> None:
    answer = await sdk.responses.create(model=ours, input="[[say=Yes]]")
    refused = await raw.get(f"/v1/responses/{answer.id}/input_items?{query}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_field")


@pytest.mark.parametrize("path", ["resp_x", "resp_x/input_items", "a%00b", "x" * 300, "resp_x/cancel", "é"])
async def test_addresses_of_nothing_are_404s(raw: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "DELETE"):
        answer = await raw.request(method, f"/v1/responses/{path}")
        assert answer.status_code == 404, answer.text
        assert answer.json()["error"]["code"] in {"not_found", "unknown_url"}
