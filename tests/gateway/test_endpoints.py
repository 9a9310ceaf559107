"""The other addresses that call models: completions of text, embeddings, reranking, moderation."""

import math
from typing import Any

import httpx
import openai
import pytest
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.edge.endpoints import ENDPOINTS
from guildhall.edge.tables import Call
from tests.gateway.providers import eventually


async def row_of(db: Database, answer: httpx.Response) -> Call:
    """The row of a call, once it is written."""

    found: list[Call] = []

    async def is_there() -> bool:
        async with db.read() as session:
            found[:] = (await session.scalars(select(Call).where(Call.id == answer.headers["x-request-id"]))).all()
        return bool(found)

    await eventually(is_there)
    return found[0]


async def test_the_sdk_completes_text_whole_and_streamed(sdk: openai.AsyncOpenAI, model: str) -> None:
    whole = await sdk.completions.create(model=model, prompt="[[say=Good day]]")
    assert whole.choices[0].text == "Good day"
    assert whole.usage is not None
    stream = await sdk.completions.create(model=model, prompt="[[say=Good night to all]]", stream=True)
    chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].text for chunk in chunks) == "Good night to all"
    assert all(chunk.usage is None for chunk in chunks)


@pytest.mark.parametrize("form", ["float", "base64"])
async def test_the_sdk_makes_vectors(sdk: openai.AsyncOpenAI, model: str, form: Any) -> None:
    texts = ["a lamp on the table", "a lamp on a table", "stock prices"]
    answer = await sdk.embeddings.create(model=model, input=texts, dimensions=128, encoding_format=form)
    if form == "base64":
        assert all(isinstance(entry.embedding, str) for entry in answer.data)
        answer = await sdk.embeddings.create(model=model, input=texts, dimensions=128)  # decoded by the SDK
    vectors = [entry.embedding for entry in answer.data]
    assert [len(vector) for vector in vectors] == [128] * 3
    assert math.isclose(math.hypot(*vectors[0]), 1, rel_tol=1e-5)
    near, far = (sum(a * b for a, b in zip(vectors[0], other, strict=True)) for other in vectors[1:])
    assert near > far


async def test_the_sdk_has_texts_judged(sdk: openai.AsyncOpenAI, model: str) -> None:
    answer = await sdk.moderations.create(model=model, input=["good morning", "a film about violence"])
    assert [result.flagged for result in answer.results] == [False, True]
    assert answer.results[1].categories.violence


async def test_documents_are_put_in_order_and_the_row_has_their_tokens(
    raw: httpx.AsyncClient, model: str, db: Database
) -> None:
    body = {"model": model, "query": "who keeps the lamps", "documents": ["a cook", "who keeps lamps", "keeps"]}
    answer = await raw.post("/v1/rerank", json=body | {"top_n": 2, "stream": True})
    assert answer.status_code == 200, answer.text
    assert [result["index"] for result in answer.json()["results"]] == [1, 2]
    row = await row_of(db, answer)
    assert (row.endpoint, row.status, row.stream, row.model) == ("/v1/rerank", 200, False, model)
    assert row.input_tokens == answer.json()["usage"]["total_tokens"]


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
async def test_what_must_be_there_is_named_when_it_is_missing(raw: httpx.AsyncClient, model: str, path: str) -> None:
    full = {"model": model, **{key: ["x"] for key in ENDPOINTS[path].needs}}
    for name in full:
        for broken in ({key: value for key, value in full.items() if key != name}, full | {name: None}):
            answer = await raw.post(path, json=broken)
            error = answer.json()["error"]
            assert (answer.status_code, error["type"]) == (400, "invalid_request_error"), answer.text
            assert f" {name} " in error["message"]
            assert ENDPOINTS[path].manner == "anthropic" or error["param"] == name


async def test_what_the_provider_refuses_is_passed_on(raw: httpx.AsyncClient, model: str) -> None:
    answer = await raw.post("/v1/embeddings", json={"model": model, "input": {"not": "a text"}})
    assert answer.status_code == 400
    assert "not a request" in answer.json()["error"]["message"]
