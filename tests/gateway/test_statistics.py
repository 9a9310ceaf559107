"""Statistics over HTTP: they say what was called, in every zone and from both places that they are read from."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from guildhall.edge.histogram import bucket_of
from guildhall.edge.usage import Usage
from tests.gateway.past import Past, made
from tests.gateway.providers import channel, eventually
from tests.operations.test_dashboard import call
from tests.services.product import Running

pytestmark = pytest.mark.slow

PAGE = "/api/v1/gateway/statistics"


async def shown(http: httpx.AsyncClient, query: dict[str, Any], place: str = "") -> dict[str, Any]:
    answer = await http.get(PAGE + place, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_call_shows_at_once(server: Running, admin: httpx.AsyncClient, simulator: Any) -> None:
    key = await admin.post("/api/v1/keys", json={"name": "statistics"})
    name = new_id("m")
    made_channel = await admin.post("/api/v1/gateway/channels", json=channel(name, simulator.url, name))
    await call(server, key.json()["key"], name, 3)
    found = await shown(admin, {"model": name})
    by_key = await shown(admin, {"model": name}, "/keys")
    by_channel = await shown(admin, {"model": name}, "/channels")
    await admin.delete(f"/api/v1/gateway/channels/{made_channel.json()['id']}")
    totals = found["totals"]
    assert (totals["calls"], totals["errors"], totals["active_users"], totals["unpriced"]) == (3, 0, 1, 3)
    assert totals["output_tokens"] > 0
    assert totals["cost_nano"] is None, "nobody has said what it costs"
    assert 0 < totals["duration"]["p50"] <= totals["duration"]["p95"] <= totals["duration"]["p99"]
    assert found["series"][-1]["calls"] == 3
    assert (by_key["rows"][0]["name"], by_key["rows"][0]["note"]) == ("statistics", "Ada Admin")
    assert (by_channel["rows"][0]["name"], by_channel["rows"][0]["calls"]) == (made_channel.json()["name"], 3)

    async def is_gone() -> bool:
        rows = (await shown(admin, {"model": name}, "/channels"))["rows"]
        return bool(rows[0]["name"] is None and rows[0]["id"] == made_channel.json()["id"])

    await eventually(is_gone)


@pytest.mark.parametrize("are_shares_made", [False, True])
async def test_figures_steps_and_the_period_before(admin: httpx.AsyncClient, past: Past, are_shares_made: bool) -> None:
    usage = Usage(10, 4, 5, 2)
    await past.store(
        past.call(usage=usage, cost=3 * 10**9),
        past.call(1, usage=usage, cost=10**9, seconds=2),
        past.call(30, usage=usage),
        past.call(30, status=502),
        past.call(31, status=429, user="us_gone"),
        past.call(-24, usage=usage, cost=10**9),
        past.call(-24 * 7 - 1),
        past.call(24 * 7),
    )
    if are_shares_made:
        await made(past.db)
    found = await shown(admin, past.ask(model=past.model))
    totals, before = found["totals"], found["before"]
    figures = ("calls", "errors", "refused", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")
    assert [totals[name] for name in figures] == [5, 1, 1, 30, 12, 15, 6]
    assert (totals["cost_nano"], totals["unpriced"], totals["error_share"]) == (4 * 10**9, 1, 0.2)
    assert (totals["active_users"], before["active_users"], before["calls"], before["cost_nano"]) == (2, 1, 1, 10**9)
    assert bucket_of(round(totals["duration"]["p99"] * 1e6)) in {bucket_of(2_000_000), bucket_of(2_000_000) + 1}
    assert [point["calls"] for point in found["series"]] == [2, 3, 0, 0, 0, 0, 0]
    assert [point["cost_nano"] for point in found["series"]] == [4 * 10**9, None, 0, 0, 0, 0, 0]
    assert found["series"][2]["duration"] is None
    assert datetime.fromisoformat(found["series"][1]["at"]) == past.since + timedelta(days=1)
    by_hour = await shown(admin, past.ask(2, model=past.model, step="hour"))
    assert [number for number, point in enumerate(by_hour["series"]) if point["calls"]] == [0, 1, 30, 31]


async def test_days_are_those_of_the_zone(admin: httpx.AsyncClient, past: Past) -> None:
    await past.store(past.call(15.5), past.call(16.5), past.call(17))
    query = past.ask(2, model=past.model, step="day", zone="Asia/Shanghai")
    found = await shown(admin, query)
    assert [point["calls"] for point in found["series"]] == [1, 2, 0]
    assert found["zone"] == "Asia/Shanghai"
    assert [point["calls"] for point in (await shown(admin, query | {"zone": "UTC"}))["series"]] == [3, 0]


@pytest.mark.parametrize("are_shares_made", [False, True])
async def test_the_breakdown_ranks_names_and_sums_up_the_rest(
    admin: httpx.AsyncClient, past: Past, are_shares_made: bool
) -> None:
    names = [new_id("m") for _ in range(4)]
    for number, name in enumerate(names):
        usage = Usage(10 * (4 - number), 0, 0, 0)
        await past.store(*(past.call(number, model=name, usage=usage, cost=number) for _ in range(number + 1)))
    if are_shares_made:
        await made(past.db)
    found = await shown(admin, past.ask(limit=2), "/models")
    assert [(row["id"], row["name"], row["calls"]) for row in found["rows"]] == [
        (names[3], names[3], 4),
        (names[2], names[2], 3),
    ]
    assert (found["others"]["names"], found["others"]["calls"], found["totals"]["calls"]) == (2, 3, 10)
    assert found["rows"][0]["share"] == {"calls": 0.4, "tokens": 0.2, "cost": 12 / 20}
    assert found["rows"][0]["duration"]["p50"] > 0
    by_cost = await shown(admin, past.ask(sort="tokens"), "/models")
    assert [row["id"] for row in by_cost["rows"]] == [names[2], names[1], names[3], names[0]]
    assert by_cost["others"] is None
    users = await shown(admin, past.ask(channel_id="ch_past"), "/users")
    name = (await admin.get(f"/api/v1/users/{past.user}")).json()["name"]
    assert [(row["id"], row["name"], row["duration"]) for row in users["rows"]] == [(past.user, name, None)]
    gone = await shown(admin, past.ask(), "/channels")
    assert [(row["id"], row["name"], row["calls"]) for row in gone["rows"]] == [("ch_past", None, 10)]


async def test_every_filter_narrows(admin: httpx.AsyncClient, past: Past) -> None:
    await past.store(
        past.call(),
        past.call(user="us_else"),
        past.call(key="key_1"),
        past.call(channel="ch_else"),
        past.call(channel=None, status=404),
    )
    for query, calls in (
        ({"model": past.model}, 4),
        ({"user_id": "us_else"}, 1),
        ({"key_id": "key_1"}, 1),
        ({"key_id": ""}, 4),
        ({"channel_id": "ch_else"}, 1),
        ({"channel_id": ""}, 1),
        ({"channel_id": "ch_past", "user_id": past.user, "model": past.model}, 2),
        ({"model": "no such model"}, 0),
    ):
        found = await shown(admin, past.ask(**query))
        assert (found["totals"]["calls"], sum(point["calls"] for point in found["series"])) == (calls, calls), query
        models = await shown(admin, past.ask(**query), "/models")
        assert models["totals"]["calls"] == calls, query
    timed = await shown(admin, past.ask(channel_id="ch_past", model=past.model))
    assert timed["totals"]["duration"] is not None
    assert (await shown(admin, past.ask(user_id=past.user)))["totals"]["duration"] is None


async def test_members_see_their_own_calls_only(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, other: httpx.AsyncClient, past: Past
) -> None:
    stranger = (await other.get("/api/v1/me")).json()["id"]
    await past.store(past.call(key="key_mine"), past.call(user=stranger, key="key_theirs"), past.call(user=stranger))
    assert (await shown(admin, past.ask()))["totals"]["calls"] == 3
    for query in ({}, {"user_id": stranger}, {"model": past.model}):
        assert (await shown(member, past.ask(**query)))["totals"]["calls"] == 1
    assert (await shown(member, past.ask(key_id="key_theirs")))["totals"]["calls"] == 0
    assert [row["id"] for row in (await shown(member, past.ask(), "/users"))["rows"]] == [past.user]
    assert [row["id"] for row in (await shown(member, past.ask(), "/keys"))["rows"]] == ["key_mine"]
    for place in ("/channels", "/channels.csv", "?channel_id=ch_past", "/models?channel_id=ch_past"):
        refused = await member.get(PAGE + place)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "admin_only")


async def test_statistics_need_a_sign_in(http: httpx.AsyncClient) -> None:
    for place in ("", "/models", "/models.csv"):
        assert (await http.get(PAGE + place)).status_code == 401


async def test_the_breakdown_as_a_spreadsheet(admin: httpx.AsyncClient, past: Past) -> None:
    name = f'=HYPERLINK("{new_id("m")}")'
    await past.store(past.call(model=name, usage=Usage(1, 0, 2, 0), cost=1_500_000_000), past.call(1, model=name))
    answer = await admin.get(f"{PAGE}/models.csv", params=past.ask())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert 'filename="models.csv"' in answer.headers["content-disposition"]
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert line["id"] == f"'{name}"
    assert (line["calls"], line["cost"], line["currency"], line["unpriced"]) == ("2", "1.5", "USD", "0")


async def test_an_empty_hall_has_figures_too(admin: httpx.AsyncClient, past: Past) -> None:
    found = await shown(admin, past.ask())
    assert found["totals"]["calls"] == 0
    assert [found["totals"][name] for name in ("error_share", "mean_seconds", "duration")] == [None, None, None]
    assert found["totals"]["cost_nano"] == 0
    assert (await shown(admin, past.ask(), "/models"))["rows"] == []


async def test_hours_to_come_do_no_harm(admin: httpx.AsyncClient, past: Past) -> None:
    """A clock that jumped: calls of a time that is not yet."""
    past.since = past.since.replace(year=past.since.year + 100)
    await past.store(past.call(), past.call(1))
    await made(past.db)
    assert (await shown(admin, past.ask(model=past.model)))["totals"]["calls"] == 2
    assert (await shown(admin, {"model": past.model}))["totals"]["calls"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("since=2016-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "too_many_steps"),
        ("since=2025-01-01T00:00:00Z&until=2026-01-01T00:00:00Z&step=hour", "too_many_steps"),
        ("since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "invalid_period"),
        ("since=0001-01-01T00:00:00Z&until=0001-01-02T00:00:00Z", "invalid_period"),
        ("until=9999-12-31T23:59:59Z", "invalid_period"),
        ("zone=Middle-earth/Shire", "invalid_time_zone"),
        ("zone=../../etc/passwd", "invalid_time_zone"),
        ("since=yesterday", "invalid_request"),
        ("since=2026-01-01T00:00:00", "invalid_request"),
        ("step=minute", "invalid_request"),
        ("model=%00", "invalid_request"),
    ],
)
async def test_what_makes_no_sense_is_refused(admin: httpx.AsyncClient, query: str, code: str) -> None:
    for place in ("", "/models", "/keys.csv"):
        refused = await admin.get(f"{PAGE}{place}?{query}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "place", ["/models?limit=0", "/models?limit=201", "/models?sort=name", "/houses", "/houses.csv"]
)
async def test_a_breakdown_is_by_something_that_there_is(admin: httpx.AsyncClient, place: str) -> None:
    assert (await admin.get(PAGE + place)).status_code == 400
