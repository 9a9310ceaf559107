"""Rules and channels over the API: what comes with the product, what is refused, what is never given back."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.core.bus import MemoryBus
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs
from guildhall.core.mail import Mail
from guildhall.core.secrets import load_keyring
from guildhall.operations.alerts import queries
from guildhall.operations.alerts.board import Alerts
from tests.conftest import MakeSettings
from tests.operations.alerts.made import ALERTS, made
from tests.operations.alerts.receivers import SECRET, Receiver
from tests.services.product import Running


async def test_the_product_comes_with_rules_and_a_way_to_tell_admins(admin: httpx.AsyncClient) -> None:
    rules = {rule["name"]: rule for rule in (await admin.get(f"{ALERTS}/rules")).json()}
    shipped = [rule for rule in rules.values() if rule["shipped"]]
    assert len(shipped) == 11
    metrics = {metric["name"] for metric in (await admin.get(f"{ALERTS}/metrics")).json()}
    assert {rule["metric"] for rule in shipped} <= metrics
    assert any(one["kind"] == "in_app" for one in (await admin.get(f"{ALERTS}/channels")).json())
    kept = await admin.delete(f"{ALERTS}/rules/{shipped[0]['id']}")
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "alert_rule_shipped")


async def test_an_address_and_a_secret_are_never_given_back(
    server: Running, admin: httpx.AsyncClient, receiver: Receiver
) -> None:
    target = f"{receiver.url}/dingtalk?access_token=token"
    where = await made(
        admin,
        "/channels",
        {"name": new_id("t"), "kind": "dingtalk", "target": target, "secret": SECRET, "private": True},
    )
    changed = await admin.patch(f"{ALERTS}/channels/{where['id']}", json={"name": new_id("t")})
    listed = await admin.get(f"{ALERTS}/channels")
    log = await admin.get("/api/v1/audit", params={"target": f"alert_channel:{where['id']}"})
    for answer in (changed, listed, log):
        assert answer.status_code == 200
        assert "access_token" not in answer.text
        assert SECRET not in answer.text
    assert changed.json()["has_secret"]
    tried = await admin.post(f"{ALERTS}/channels/{where['id']}/test")
    assert tried.json() == {"ok": True, "code": None, "message": "The message was delivered."}
    assert receiver.requests[-1].is_genuine


async def test_a_channel_can_be_tried_before_it_is_added(admin: httpx.AsyncClient, receiver: Receiver) -> None:
    body = {"name": "x", "kind": "feishu", "target": f"{receiver.url}/feishu/x", "secret": "wrong", "private": True}
    tried = await admin.post(f"{ALERTS}/channels/test", json=body)
    assert tried.json() == {
        "ok": False,
        "code": "robot_refused",
        "message": "The robot refused the message (19021): sign match fail",
    }
    refused = await admin.post(f"{ALERTS}/channels/test", json=body | {"private": False})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "target")


@pytest.mark.parametrize(
    "body",
    [
        {"metric": "nonsense"},
        {"threshold": "NaN"},
        {"threshold": 1e300},
        {"for_seconds": -1},
        {"name": ""},
        {"name": "a\u0000b"},
        {"comparison": "equal"},
        {"channel_ids": ["ac_none"]},
        {"channel_ids": ["'; drop"]},
        {"severity": "fatal"},
        {"unknown": 1},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(admin: httpx.AsyncClient, body: dict[str, Any]) -> None:
    wanted = {"name": new_id("t"), "metric": "jobs.failed", "threshold": 1} | body
    answer = await admin.post(f"{ALERTS}/rules", json=wanted)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] in {"invalid_request", "unknown_metric", "alert_channel_not_found"}


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-01-01T00:00", "x"])
async def test_a_moment_outside_the_calendar_is_refused(admin: httpx.AsyncClient, until: str) -> None:
    rule = (await admin.get(f"{ALERTS}/rules")).json()[0]
    answer = await admin.post(f"{ALERTS}/rules/{rule['id']}/silence", json={"until": until})
    assert answer.status_code == 400


async def test_processes_that_start_at_once_ship_the_rules_once(make_settings: MakeSettings) -> None:
    settings = make_settings()
    db, keyring = Database(settings), load_keyring(settings)
    boards = [Alerts(db, keyring, [], public_url="", send_mail=_no_mail) for _ in range(5)]
    jobs = Jobs(settings, db, MemoryBus(), [], runs_here=False)
    await asyncio.gather(*(board.start(jobs) for board in boards))
    async with db.read() as session:
        names = [rule.name for rule in await queries.rules(session)]
        assert len(names) == len(set(names)) == 11
        assert len(await queries.channels(session)) == 1
    await db.close()


async def _no_mail(_message: Mail) -> None:
    raise AssertionError("nobody is told anything here")


async def test_names_of_rules_and_channels_are_unique(admin: httpx.AsyncClient) -> None:
    name = new_id("t")
    rule = await made(admin, "/rules", {"name": name, "metric": "jobs.failed", "threshold": 1})
    await made(admin, "/channels", {"name": name, "kind": "in_app"})
    again = await admin.post(f"{ALERTS}/rules", json={"name": name, "metric": "jobs.failed", "threshold": 1})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "alert_rule_exists")
    again = await admin.post(f"{ALERTS}/channels", json={"name": name, "kind": "in_app"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "alert_channel_exists")
    await admin.delete(f"{ALERTS}/rules/{rule['id']}")


async def test_alerts_are_for_admins(member: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    for path in ("", "/rules", "/channels", "/metrics", "/deliveries"):
        assert (await member.get(f"{ALERTS}{path}")).status_code == 403
        assert (await http.get(f"{ALERTS}{path}")).status_code == 401


async def test_admins_follow_what_fires_and_members_do_not(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    asked = {"stream": "operations.alerts", "wait": 0}
    shown = await admin.get("/api/v1/events", params=asked)
    assert shown.status_code == 200, shown.text
    assert "firing" in shown.json()["snapshot"]
    assert (await member.get("/api/v1/events", params=asked)).status_code == 404
    assert (await admin.get("/api/v1/events", params=asked | {"stream": "operations.alerts.x"})).status_code == 404
