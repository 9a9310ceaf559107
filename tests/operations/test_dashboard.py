"""The dashboard: what the house did, as the sums say, and null for what nobody knows."""

import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from guildhall.operations.dashboard.figures import CallPoint, cost_of
from guildhall.operations.dashboard.schemas import CostOut
from tests.gateway.providers import Simulator, channel, eventually, simulating
from tests.services.product import Running

DASHBOARD = "/api/v1/operations/dashboard"


async def call(server: Running, key: str, model: str, times: int) -> None:
    """Call a model, and wait until the calls are stored."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=20) as http:
        for _ in range(times):
            body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
            await http.post("/v1/chat/completions", headers={"authorization": f"Bearer {key}"}, json=body)

    async def is_written() -> bool:
        return len(server.app.hall.gateway.recorder) == 0

    await eventually(is_written, 10)


async def test_calls_appear_on_the_dashboard(server: Running, admin: httpx.AsyncClient) -> None:
    key = (await admin.post("/api/v1/keys", json={"name": "dashboard"})).json()["key"]
    async with simulating() as simulator:
        created = await admin.post("/api/v1/gateway/channels", json=_channel(simulator))
        before = (await admin.get(DASHBOARD)).json()
        await call(server, key, "shown", 3)
        await call(server, key, "no-such-model", 2)
        after = (await admin.get(DASHBOARD)).json()
        await admin.delete(f"/api/v1/gateway/channels/{created.json()['id']}")
    assert after["calls"]["total"] - before["calls"]["total"] == 5
    assert after["calls"]["refused"] - before["calls"]["refused"] == 2
    assert after["calls"]["output_tokens"] > before["calls"]["output_tokens"]
    assert after["calls"]["mean_seconds"] > 0
    assert after["series"][-1]["calls"] == after["calls"]["total"] - sum(one["calls"] for one in after["series"][:-1])
    assert after["calls"]["unpriced"] - before["calls"]["unpriced"] == 3, "nobody has said what it costs"
    assert after["users"]["total"] >= after["users"]["active"] >= 1
    assert after["disk"]["total_bytes"] > after["disk"]["free_bytes"] > 0


async def test_the_dashboard_shows_the_money_of_the_period(server: Running, admin: httpx.AsyncClient) -> None:
    key = (await admin.post("/api/v1/keys", json={"name": "money"})).json()["key"]
    price = {"model": "dear", "rates": {"input": 0, "output": 10**15}}
    assert (await admin.post("/api/v1/gateway/prices", json=price)).status_code == 201
    async with simulating() as simulator:
        created = await admin.post("/api/v1/gateway/channels", json=channel("dear", simulator.url, "dear"))
        before = (await admin.get(DASHBOARD)).json()
        await call(server, key, "dear", 2)
        after = (await admin.get(DASHBOARD)).json()
        await admin.delete(f"/api/v1/gateway/channels/{created.json()['id']}")
    tokens = after["calls"]["output_tokens"] - before["calls"]["output_tokens"]
    spent = after["cost"]["nano"] - (before["cost"] or {"nano": 0})["nano"]
    assert (spent, after["cost"]["currency"]) == (tokens * 10**9, "USD")
    assert after["calls"]["unpriced"] == before["calls"]["unpriced"]
    assert sum(point["cost_nano"] for point in after["series"]) == after["cost"]["nano"]


@pytest.mark.parametrize(
    ("points", "cost"),
    [
        ([], CostOut(nano=0, currency="EUR")),
        ([CallPoint(0, calls=1, unpriced=1)], None),
        ([CallPoint(0, calls=2, cost_nano=5, unpriced=1)], CostOut(nano=5, currency="EUR")),
        ([CallPoint(0, calls=1)], CostOut(nano=0, currency="EUR")),
    ],
)
def test_a_cost_is_null_where_no_price_is_known(points: list[CallPoint], cost: CostOut | None) -> None:
    assert cost_of(points, "EUR") == cost


def _channel(simulator: Simulator) -> dict[str, object]:
    return channel("shown", simulator.url, "shown")


@pytest.mark.parametrize(
    ("query", "points", "seconds"),
    [
        ("", 7, 86400),
        ("days=1", 24, 3600),
        ("days=2", 48, 3600),
        ("days=90", 90, 86400),
        ("days=7&step=hour", 168, 3600),
    ],
)
async def test_there_is_a_point_for_every_step(admin: httpx.AsyncClient, query: str, points: int, seconds: int) -> None:
    shown = (await admin.get(f"{DASHBOARD}?{query}")).json()
    moments = [datetime.fromisoformat(point["at"]) for point in shown["series"]]
    assert (len(moments), shown["step_seconds"]) == (points, seconds)
    assert all(later - earlier == timedelta(seconds=seconds) for earlier, later in itertools.pairwise(moments))
    assert moments[-1] <= datetime.now(UTC) < moments[-1] + timedelta(seconds=seconds)
    assert datetime.fromisoformat(shown["since"]) == moments[0]


@pytest.mark.parametrize("query", ["days=0", "days=91", "days=x", "step=minute"])
async def test_what_makes_no_sense_is_refused(admin: httpx.AsyncClient, query: str) -> None:
    assert (await admin.get(f"{DASHBOARD}?{query}")).status_code == 400


async def test_the_dashboard_is_for_admins(member: httpx.AsyncClient) -> None:
    for page in ("dashboard", "system"):
        assert (await member.get(f"/api/v1/operations/{page}")).status_code == 403
