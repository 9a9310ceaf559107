"""Alerts from end to end: real calls fail, a rule fires, people hear of it on every way, and that it is over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from sqlalchemy import delete

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge.tables import CallSum
from tests.gateway.providers import channel, eventually, read_request, socket_server
from tests.operations.alerts.made import ALERTS, made
from tests.operations.alerts.receivers import SECRET, Mailbox, Receiver, mail_server
from tests.services.product import Running

pytestmark = pytest.mark.slow

_ANSWER = orjson.dumps(
    {
        "id": "x",
        "object": "chat.completion",
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
)


class Provider:
    """A provider that can be broken and mended."""

    is_well = False

    async def answer(self, reader: Any, writer: Any) -> None:
        """Every request on a connection."""
        while True:
            await read_request(reader)
            status, body = (b"200 OK", _ANSWER) if self.is_well else (b"500 Broken", b'{"error":{"message":"broken"}}')
            writer.write(b"HTTP/1.1 %s\r\ncontent-type: application/json\r\n" % status)
            writer.write(b"content-length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()


@pytest_asyncio.fixture
async def mailbox(admin: httpx.AsyncClient) -> AsyncIterator[Mailbox]:
    """A mail server that the hall is configured to use."""
    async with mail_server(sign_in=True) as box:
        held = next(one for one in (await admin.get("/api/v1/configuration")).json() if one["name"] == "mail")
        value = {"host": box.host, "port": box.port, "security": "none", "username": "hall", "password": SECRET}
        changed = await admin.put(
            "/api/v1/configuration/mail",
            json={"revision": held["revision"], "value": value | {"sender": "hall@example.org"}},
        )
        assert changed.status_code == 200, changed.text
        yield box


async def look(server: Running) -> None:
    """Have the rules looked at now rather than within ten seconds."""
    pulse = server.app.hall.operations.pulse
    await pulse.beat()
    assert pulse.leads


@pytest_asyncio.fixture(autouse=True)
async def alone(server: Running, admin: httpx.AsyncClient, db: Database) -> AsyncIterator[None]:
    """No other rule speaks, and no call of other tests is among the figures."""
    rules = (await admin.get(f"{ALERTS}/rules")).json()
    kept = {one["id"] for one in (await admin.get(f"{ALERTS}/channels")).json()}
    for rule in rules:
        await admin.patch(f"{ALERTS}/rules/{rule['id']}", json={"enabled": False})
    async with db.write() as session:
        await session.execute(delete(CallSum))
    await look(server)  # what the others had open is over, and said to be, before anybody listens
    yield
    for one in (await admin.get(f"{ALERTS}/channels")).json():
        if one["id"] not in kept:
            await admin.delete(f"{ALERTS}/channels/{one['id']}")
    for rule in rules:
        await admin.patch(f"{ALERTS}/rules/{rule['id']}", json={"enabled": rule["enabled"]})


async def channels_of_every_kind(admin: httpx.AsyncClient, receiver: Receiver) -> list[str]:
    """Ids of a channel of each kind."""
    mark = new_id("t")
    wanted: list[dict[str, Any]] = [
        {"kind": "in_app"},
        {"kind": "email", "target": "ops@example.org"},
        {"kind": "webhook", "target": f"{receiver.url}/hook", "secret": SECRET, "private": True},
        {"kind": "feishu", "target": f"{receiver.url}/feishu/token", "secret": SECRET, "private": True},
        {
            "kind": "dingtalk",
            "target": f"{receiver.url}/dingtalk?access_token=token",
            "secret": SECRET,
            "private": True,
        },
        {"kind": "wecom", "target": f"{receiver.url}/wecom?key=token", "private": True},
    ]
    return [(await made(admin, "/channels", one | {"name": f"{one['kind']} {mark}"}))["id"] for one in wanted]


async def test_failing_calls_raise_an_alert_that_reaches_everybody_and_ends_when_they_are_well_again(
    server: Running, admin: httpx.AsyncClient, key: str, receiver: Receiver, mailbox: Mailbox
) -> None:
    provider, model = Provider(), f"broken-{new_id('m')}"
    async with socket_server(provider.answer) as url:
        created = (await admin.post("/api/v1/gateway/channels", json=channel(model, url, model))).json()
        rule = await made(
            admin,
            "/rules",
            {
                "name": f"Broken {model}",
                "metric": "channels.error_percent",
                "threshold": 50,
                "severity": "critical",
                "channel_ids": await channels_of_every_kind(admin, receiver),
            },
        )
        await call(server, key, model, 12, 502)
        await look(server)
        alert = await the_alert(admin, rule["id"], "firing")
        assert (alert["subject"], alert["subject_name"], alert["value"]) == (created["id"], model, 100.0)
        await receiver.received(4)
        await eventually(lambda: everybody_knows(admin, mailbox, "[firing]", model), 20)
        assert {request.path for request in receiver.requests} == {"/hook", "/feishu/token", "/dingtalk", "/wecom"}
        assert all(request.is_genuine for request in receiver.requests)
        assert (await admin.post(f"{ALERTS}/{alert['id']}/acknowledge")).json()["acknowledged_by"]

        provider.is_well = True
        await call(server, key, model, 20, 200)
        await look(server)
        ended = await the_alert(admin, rule["id"], "resolved")
        assert ended["id"] == alert["id"]
        await receiver.received(8)
        await eventually(lambda: everybody_knows(admin, mailbox, "[resolved]", model), 20)
        words = [request.body["type"] for request in receiver.at("/hook")]
        assert words == ["alert.fired", "alert.resolved"]

        async def is_noted() -> bool:
            sent = (await admin.get(f"{ALERTS}/deliveries", params={"alert_id": alert["id"]})).json()["items"]
            return len(sent) == 12 and {one["state"] for one in sent} == {"sent"}

        await eventually(is_noted, 20)
        assert (await admin.delete(f"{ALERTS}/rules/{rule['id']}")).status_code == 204


async def call(server: Running, key: str, model: str, times: int, status: int) -> None:
    """Call a model, and see that the calls are stored."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=20) as http:
        for _ in range(times):
            answer = await http.post(
                "/v1/chat/completions",
                headers={"authorization": f"Bearer {key}"},
                json={"model": model, "messages": [{"role": "user", "content": "hi"}]},
            )
            assert answer.status_code == status, answer.text

    async def is_written() -> bool:
        return len(server.app.hall.gateway.recorder) == 0

    await eventually(is_written, 10)


async def everybody_knows(admin: httpx.AsyncClient, mailbox: Mailbox, word: str, model: str) -> bool:
    """Whether mail and notifications say so."""
    notifications = (await admin.get("/api/v1/notifications")).json()["items"]
    in_app = any(word in one["title"] and model in one["title"] for one in notifications)
    return in_app and any(word in str(one["subject"]) and model in str(one["subject"]) for one in mailbox.messages)


async def the_alert(admin: httpx.AsyncClient, rule_id: str, state: str) -> dict[str, Any]:
    """The one alert of a rule in a state."""
    found = (await admin.get(ALERTS, params={"state": state, "limit": 200})).json()["items"]
    (alert,) = [one for one in found if one["rule_id"] == rule_id]
    return dict(alert)


async def test_a_delivery_that_fails_is_tried_again_until_it_arrives(
    server: Running, admin: httpx.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.app.hall.operations.alerts.deliveries, "_pauses", (0.1, 0.1, 0.1))
    receiver.plan = [503, 503]
    where = await made(
        admin,
        "/channels",
        {"name": new_id("t"), "kind": "webhook", "target": f"{receiver.url}/x", "secret": SECRET, "private": True},
    )
    rule = await made(admin, "/rules", always(where["id"]))
    await look(server)
    requests = await receiver.received(3, seconds=30)
    assert len({request.body["id"] for request in requests}) == 1, "a receiver can tell a repetition"

    async def is_sent() -> bool:
        (sent,) = (await admin.get(f"{ALERTS}/deliveries", params={"channel_id": where["id"]})).json()["items"]
        return sent["state"] == "sent" and sent["attempts"] == 3 and sent["error_code"] is sent["last_error"] is None

    await eventually(is_sent, 20)
    await admin.delete(f"{ALERTS}/rules/{rule['id']}")


async def test_a_delivery_that_never_arrives_says_why(
    server: Running, admin: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.plan = [410]
    where = await made(
        admin,
        "/channels",
        {"name": new_id("t"), "kind": "webhook", "target": f"{receiver.url}/x", "secret": SECRET, "private": True},
    )
    rule = await made(admin, "/rules", always(where["id"]))
    await look(server)

    async def is_given_up() -> bool:
        listed = (await admin.get(f"{ALERTS}/channels")).json()
        last = next(one for one in listed if one["id"] == where["id"])["last_delivery"]
        why = ("status", "The address answered 410.")
        return bool(last and last["state"] == "failed" and (last["error_code"], last["last_error"]) == why)

    await eventually(is_given_up, 20)
    assert await undelivered(admin) >= 1
    await admin.delete(f"{ALERTS}/rules/{rule['id']}")


async def test_what_is_not_delivered_about_undelivered_messages_does_not_count_among_them(
    server: Running, admin: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.plan = [410] * 4
    where = await made(
        admin,
        "/channels",
        {"name": new_id("t"), "kind": "webhook", "target": f"{receiver.url}/x", "secret": SECRET, "private": True},
    )
    before = await undelivered(admin)
    rule = await made(admin, "/rules", always(where["id"]) | {"metric": "alerts.undelivered", "threshold": -1})
    await look(server)

    async def is_given_up() -> bool:
        items = (await admin.get(f"{ALERTS}/deliveries", params={"channel_id": where["id"]})).json()["items"]
        return {item["state"] for item in items} == {"failed"}

    await eventually(is_given_up, 20)
    assert await undelivered(admin) == before, "else it would keep itself firing for ever"
    await admin.delete(f"{ALERTS}/rules/{rule['id']}")


async def test_a_silenced_rule_fires_without_a_word(
    server: Running, admin: httpx.AsyncClient, receiver: Receiver
) -> None:
    where = await made(
        admin,
        "/channels",
        {"name": new_id("t"), "kind": "webhook", "target": f"{receiver.url}/x", "secret": SECRET, "private": True},
    )
    rule = await made(admin, "/rules", always(where["id"]) | {"enabled": False})
    until = datetime.now(UTC) + timedelta(hours=1)
    silenced = await admin.post(f"{ALERTS}/rules/{rule['id']}/silence", json={"until": until.isoformat()})
    assert datetime.fromisoformat(silenced.json()["silenced_until"]) == until
    await admin.patch(f"{ALERTS}/rules/{rule['id']}", json={"enabled": True})
    await look(server)
    assert (await the_alert(admin, rule["id"], "firing"))["told_at"] is None
    await admin.post(f"{ALERTS}/rules/{rule['id']}/silence", json={"until": None})
    await look(server)
    assert [request.body["type"] for request in await receiver.received(1)] == ["alert.fired"]
    await admin.delete(f"{ALERTS}/rules/{rule['id']}")
    assert (await the_alert(admin, rule["id"], "resolved"))["resolved_at"], "what a deleted rule had open is over"


async def undelivered(admin: httpx.AsyncClient) -> float:
    """How many messages the hall says it could not deliver."""
    metrics = {one["name"]: one["readings"] for one in (await admin.get(f"{ALERTS}/metrics")).json()}
    return float(metrics["alerts.undelivered"][0]["value"])


def always(channel_id: str) -> dict[str, Any]:
    """A rule that always holds: this process does take some memory."""
    return {
        "name": f"Always {new_id('t')}",
        "metric": "processes.memory_bytes",
        "threshold": 1,
        "channel_ids": [channel_id],
    }
