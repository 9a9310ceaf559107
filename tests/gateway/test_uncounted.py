"""Usage that no provider counted is estimated, priced and shown as such; a stream may be read on to learn it."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge.connection import Connection
from guildhall.edge.tables import Call
from tests.conftest import MakeSettings
from tests.gateway.providers import Simulator, channel, simulating
from tests.gateway.test_caller_limits import priced_model, program
from tests.gateway.test_calls import CALLS, CHAT, detail, listed
from tests.gateway.test_sdk import said
from tests.services import processes, product
from tests.services.product import Running

pytestmark = pytest.mark.slow  # they wait for what is written in the background

POLICY = "/api/v1/configuration/calls"
WORDS = "[[say=one two three four five six seven eight]]"


async def row_of(admin: httpx.AsyncClient, model: str) -> dict[str, Any]:
    """The only call of a model, in full."""
    (call,) = await listed(admin, 1, model=model)
    return await detail(admin, call["id"])


async def leave(raw: httpx.AsyncClient, model: str, text: str, path: str = CHAT, **more: Any) -> None:
    """Begin a streamed answer and go away after its first words."""
    body = {"model": model, "messages": said(text), "stream": True, **more}
    async with raw.stream("POST", path, json=body) as answer:
        assert answer.status_code == 200
        heard = b""
        async for piece in answer.aiter_raw():
            heard += piece
            if heard.count(b"delta") > 4:
                break


async def read_on(admin: httpx.AsyncClient, server: Running, seconds: int) -> None:
    """Have streams read on for so long, and wait until that is in force."""
    revision = (await admin.get(POLICY)).json()["revision"]
    body = {"revision": revision, "value": {"drain_for_usage_seconds": seconds}}
    put = await admin.put(POLICY, json=body)
    assert put.status_code == 200, put.text
    await server.app.hall.configuration.catch_up()


@pytest_asyncio.fixture
async def reading_on(admin: httpx.AsyncClient, server: Running) -> AsyncIterator[None]:
    """Streams whose callers leave are read on for up to ten seconds."""
    await read_on(admin, server, 10)
    yield
    await read_on(admin, server, 0)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_without_usage_is_estimated_and_priced(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator, stream: bool
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    body = {"model": model, "messages": said(WORDS + "[[nousage]]"), "stream": stream}
    answer = await raw.post(CHAT, json=body)
    assert answer.status_code == 200
    assert "usage" not in answer.text
    call = await row_of(admin, model)
    assert (call["estimated"], call["status"]) == (True, 200)
    assert call["input_tokens"] == -(-len(answer.request.content) // 4)
    assert call["output_tokens"] == -(-len("one two three four five six seven eight") // 4)
    assert call["cost_nano"] == 1000 * (call["input_tokens"] + call["output_tokens"])
    sheet = await admin.get(f"{CALLS}.csv", params={"model": model})
    (line,) = csv.DictReader(io.StringIO(sheet.text))
    assert (line["estimated"], int(line["output_tokens"])) == ("True", call["output_tokens"])


async def test_counted_usage_is_not_estimated(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    await raw.post(CHAT, json={"model": model, "messages": said(WORDS)})
    call = await row_of(admin, model)
    assert (call["estimated"], call["output_tokens"]) == (False, 9)


async def test_an_estimate_has_no_cost_where_there_is_no_price(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator, has_price=False)
    await admin.get("/api/v1/gateway/models")
    await raw.post(CHAT, json={"model": model, "messages": said(WORDS + "[[nousage]]")})
    call = await row_of(admin, model)
    assert (call["estimated"], call["cost_nano"], call["price_id"]) == (True, None, None)


async def test_a_model_that_is_paid_by_the_call_keeps_its_price(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator, has_price=False)
    price = {"model": model, "since": "2026-01-01T00:00:00Z", "rates": {"per_call": 5000}}
    assert (await admin.post("/api/v1/gateway/prices", json=price)).status_code == 201
    await admin.get("/api/v1/gateway/models")
    await raw.post(CHAT, json={"model": model, "messages": said(WORDS + "[[nousage]]")})
    call = await row_of(admin, model)
    assert (call["estimated"], call["cost_nano"]) == (True, 5000)


async def test_a_stream_that_broke_off_is_estimated_as_far_as_it_came(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    await raw.post(CHAT, json={"model": model, "messages": said("[[words=400]] [[drop=100]]"), "stream": True})
    call = await row_of(admin, model)
    assert (call["estimated"], call["status"]) == (True, 502)
    assert 60 < call["output_tokens"] < 200
    assert call["cost_nano"] == 1000 * (call["input_tokens"] + call["output_tokens"])


@pytest.mark.parametrize(
    ("kind", "path", "more"),
    [
        ("custom", CHAT, {}),
        ("anthropic", "/v1/messages", {"max_tokens": 1000}),
        ("anthropic", CHAT, {}),
        ("gemini", CHAT, {}),
    ],
)
async def test_a_caller_who_leaves_a_stream_is_billed_what_had_come(
    admin: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
    kind: str,
    path: str,
    more: dict[str, Any],
) -> None:
    name = new_id("m")
    wanted = channel(name, simulator.url, name, kind=kind)
    if kind != "custom":
        wanted |= {
            "api_key": "sk-0123456789abcdef",
            "base_url": simulator.url + ("/v1beta" if kind == "gemini" else "/v1"),
        }
    made = await admin.post("/api/v1/gateway/channels", json=wanted)
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")
    before = (await simulator.stats())["active"]
    await leave(raw, name, "[[slow=200]] [[endless]]", path, **more)
    await simulator.is_left_with(before)
    call = await row_of(admin, name)
    assert (call["status"], call["code"]) == (499, "client_closed")
    assert call["input_tokens"] > 0
    assert 0 < call["output_tokens"] < 2000
    assert call["estimated"]


async def test_estimates_count_into_statistics_and_quotas(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator)
    async with await program(server, member, quota_tokens=30) as http:
        body = {"model": model, "messages": said("[[words=60]] [[nousage]]"), "max_tokens": 1}
        assert (await http.post(CHAT, json=body)).status_code == 200
        call = await row_of(admin, model)
        again = await http.post(CHAT, json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (429, "insufficient_quota")
    params = {"model": model, "since": call["at"]}
    total = (await admin.get("/api/v1/gateway/statistics", params=params)).json()["totals"]
    assert (total["input_tokens"], total["output_tokens"]) == (call["input_tokens"], call["output_tokens"])
    assert total["cost_nano"] == call["cost_nano"]


async def test_a_stream_is_read_on_for_its_usage_after_its_caller_has_left(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator, reading_on: None
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    whole = await admin.post(CHAT, json={"model": model, "messages": said("[[words=60]]")})
    await leave(raw, model, "[[slow=100]] [[words=60]]")
    (call, _) = await listed(admin, 2, model=model)
    call = await detail(admin, call["id"])
    assert (call["status"], call["code"], call["estimated"]) == (499, "client_closed", False)
    assert call["output_tokens"] == whole.json()["usage"]["completion_tokens"]
    assert call["total_us"] < 500_000  # the caller waited no longer
    assert call["cost_nano"] == 1000 * (call["input_tokens"] + call["output_tokens"])


async def test_a_stream_that_does_not_end_in_time_is_cut_off_and_estimated(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, server: Running, simulator: Simulator, reading_on: None
) -> None:
    await read_on(admin, server, 1)
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    before = (await simulator.stats())["active"]
    await leave(raw, model, "[[slow=100]] [[endless]]")
    assert (await simulator.stats())["active"] == before + 1
    call = await row_of(admin, model)
    assert (call["status"], call["estimated"]) == (499, True)
    assert 50 < call["output_tokens"] < 1000  # with what came after the caller had left
    await simulator.is_left_with(before)


async def test_a_flood_behind_a_caller_who_has_left_is_not_read_for_ever(
    admin: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
    reading_on: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    monkeypatch.setattr("guildhall.edge.rest._MOST_BYTES", 20_000)
    before = (await simulator.stats())["active"]
    started = asyncio.get_running_loop().time()
    await leave(raw, model, "[[slow=2000]] [[endless]]")
    await simulator.is_left_with(before)
    assert asyncio.get_running_loop().time() - started < 5
    assert (await row_of(admin, model))["estimated"]


async def test_only_so_many_streams_are_read_on_at_once(
    admin: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
    reading_on: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    monkeypatch.setattr("guildhall.edge.reckoner._MOST_RESTS", 1)
    before = (await simulator.stats())["active"]
    await asyncio.gather(*(leave(raw, model, "[[slow=50]] [[words=80]]") for _ in range(3)))
    await simulator.is_left_with(before + 1)
    calls = await listed(admin, 3, model=model)
    details = [await detail(admin, call["id"]) for call in calls]
    assert sorted(call["estimated"] for call in details) == [False, True, True]


async def test_a_connection_whose_rest_was_read_serves_the_next_call(
    admin: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
    reading_on: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = await priced_model(admin, simulator)
    await admin.get("/api/v1/gateway/models")
    made = 0
    connected = Connection.connection_made

    def counted(self: Connection, transport: asyncio.BaseTransport) -> None:
        nonlocal made
        made += 1
        connected(self, transport)

    monkeypatch.setattr(Connection, "connection_made", counted)
    await leave(raw, model, "[[slow=100]] [[words=20]]")
    await listed(admin, 1, model=model)
    assert (await raw.post(CHAT, json={"model": model, "messages": said("hello")})).status_code == 200
    assert made == 1


@pytest.mark.timeout(90)
async def test_a_server_that_stops_reads_nothing_on_and_has_the_row(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with (
        simulating() as simulator,
        product.launch(settings) as launched,
        product.signed_in(launched.url, "a@example.org", "A") as admin,
    ):
        await admin.post("/api/v1/gateway/channels", json=channel("one", simulator.url, "m"))
        body = {"revision": 0, "value": {"drain_for_usage_seconds": 60}}
        assert (await admin.put(POLICY, json=body)).status_code == 200
        await admin.get("/api/v1/gateway/models")
        await leave(admin, "m", "[[slow=50]] [[endless]]")
        assert (await simulator.stats())["active"] == 1
        started = asyncio.get_running_loop().time()
        await launched.stop()
        assert asyncio.get_running_loop().time() - started < 10
    db = Database(settings)
    async with db.read() as session:
        (call,) = (await session.scalars(select(Call))).all()
    await db.close()
    assert (call.status, call.estimated) == (499, True)
