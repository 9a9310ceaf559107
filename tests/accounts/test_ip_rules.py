"""IP rules over HTTP: in force for every address of the product, at once, and never for whoever makes them."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus

from guildhall.accounts.tables import AuditEntry
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from tests.accounts.visitors import failure
from tests.services import processes, product
from tests.services.databases import Databases, Mode
from tests.services.product import Running
from tests.sockets import listening, opened

pytestmark = pytest.mark.slow  # they wait for rules to be in force

HOME = "198.51.100.1"  # where the admin sits
EVERYWHERE = ["/", "/healthz", "/metrics", "/docs", "/openapi.json", "/api/v1/setup", "/v1/models", "/nothing"]


@pytest_asyncio.fixture(scope="module")
async def hall(databases: Databases, mode: Mode) -> AsyncIterator[Running]:
    """A hall that believes the proxy on this machine, so that a test can come from anywhere."""
    with databases.settings(mode, trusted_proxies="127.0.0.1") as settings:
        async with product.serving(settings) as running:
            yield running


@pytest_asyncio.fixture(scope="module")
async def boss(hall: Running) -> AsyncIterator[httpx.AsyncClient]:
    """The admin, at home."""
    async with from_address(hall, HOME) as http:
        await _register(http)
        yield http


@pytest_asyncio.fixture(autouse=True)
async def _no_rules(boss: httpx.AsyncClient) -> AsyncIterator[None]:
    yield
    boss.headers["x-forwarded-for"] = HOME
    while rules := (await boss.get("/api/v1/ip-rules")).json()["items"]:
        for rule in sorted(rules, key=lambda each: each["kind"] == "allow"):  # what denies first
            await boss.delete(f"/api/v1/ip-rules/{rule['id']}")


@contextlib.asynccontextmanager
async def from_address(hall: Running, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with product.client(hall.url, headers={"x-forwarded-for": address}) as http:
        yield http


async def _register(http: httpx.AsyncClient) -> None:
    email = f"{new_id('us').replace('_', '-')}@example.org"
    body = {"email": email, "password": product.PASSWORD, "name": "Bo Boss"}
    answer = await http.post("/api/v1/auth/register", json=body)
    http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, which model calls answer in the form that their clients know."""
    return answer.status_code, answer.json()["error"]["code"]


async def rule(boss: httpx.AsyncClient, kind: str, network: str, **more: Any) -> dict[str, Any]:
    answer = await boss.post("/api/v1/ip-rules", json={"kind": kind, "network": network, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_a_denied_address_gets_nothing_of_the_product(hall: Running, boss: httpx.AsyncClient) -> None:
    made = await rule(boss, "deny", "203.0.113.0/24", reason="scanners")
    assert (made["network"], made["reason"], made["hits"]) == ("203.0.113.0/24", "scanners", 0)
    async with from_address(hall, "203.0.113.9") as stranger, from_address(hall, "203.0.114.9") as neighbour:
        for path in EVERYWHERE:
            assert refusal(await stranger.get(path)) == (403, "address_denied"), path
            assert "address_denied" not in (await neighbour.get(path)).text, path
        call = {"model": "none", "messages": [{"role": "user", "content": "hello"}]}
        for path in ("/v1/chat/completions", "/v1/chat/completions?x=1", "/api/v1/auth/login"):
            assert refusal(await stranger.post(path, json=call)) == (403, "address_denied"), path
    assert (await boss.delete(f"/api/v1/ip-rules/{made['id']}")).status_code == 204
    async with from_address(hall, "203.0.113.9") as stranger:
        assert (await stranger.get("/healthz")).status_code == 200


async def test_what_a_denied_caller_writes_itself_does_not_help_it(hall: Running, boss: httpx.AsyncClient) -> None:
    await rule(boss, "deny", "203.0.113.9")
    for forged in (f"{HOME}, 203.0.113.9", f"127.0.0.1, {HOME},203.0.113.9:80", "::ffff:203.0.113.9"):
        async with from_address(hall, forged) as stranger:
            assert failure(await stranger.get("/api/v1/setup")) == (403, "address_denied")
            assert refusal(await stranger.get("/v1/models")) == (403, "address_denied")


async def test_a_connection_made_before_a_rule_is_under_it_too(hall: Running, boss: httpx.AsyncClient) -> None:
    """Model calls are taken straight from the socket, page requests by the server's own protocol."""
    call = {"model": "none", "messages": [{"role": "user", "content": "hello"}]}
    async with from_address(hall, "203.0.113.9") as caller, from_address(hall, "203.0.113.10") as reader:
        assert refusal(await caller.post("/v1/chat/completions", json=call)) == (401, "invalid_api_key")
        assert (await reader.get("/healthz")).status_code == 200
        made = await rule(boss, "deny", "203.0.113.0/24")
        assert refusal(await caller.post("/v1/chat/completions", json=call)) == (403, "address_denied")
        assert refusal(await reader.get("/healthz")) == (403, "address_denied")
        await boss.delete(f"/api/v1/ip-rules/{made['id']}")
        assert refusal(await caller.post("/v1/chat/completions", json=call)) == (401, "invalid_api_key")
        assert (await reader.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        (["203.0.113.9"], 403),
        ([HOME, "203.0.113.9"], 403),  # in two lines
        ([f"{HOME}, 203.0.113.9:4711"], 403),
        (["[::ffff:203.0.113.9]:80"], 403),
        (["203.0.113.9, 198.51.100.7"], 401),  # the denied one is made up
        (["203.0.113.9, unknown"], 401),
        ([], 401),
    ],
)
async def test_a_call_taken_straight_from_the_socket_goes_by_the_same_address(
    hall: Running, boss: httpx.AsyncClient, forwarded: list[str], status: int
) -> None:
    await rule(boss, "deny", "203.0.113.0/24")
    call = {"model": "none", "messages": [{"role": "user", "content": "hello"}]}
    headers = [("X-Forwarded-For", line) for line in forwarded]
    async with product.client(hall.url, headers=headers) as http:
        assert (await http.post("/v1/chat/completions", json=call)).status_code == status
    async with product.client(hall.url, headers=headers) as http:  # the portable transport agrees
        assert (await http.post("/v1/chat/completions?x=1", json=call)).status_code in {status, 404}


async def test_a_narrower_rule_lets_some_of_a_denied_network_in(hall: Running, boss: httpx.AsyncClient) -> None:
    await rule(boss, "deny", "2001:db8::/32")
    await rule(boss, "allow", "2001:db8:7::/48")
    async with from_address(hall, "2001:db8:7::1") as inside, from_address(hall, "2001:db8:8::1") as outside:
        assert (await inside.get("/healthz")).status_code == 200
        assert (await outside.get("/healthz")).status_code == 403


async def test_only_some_addresses_are_let_in_by_denying_all_others(hall: Running, boss: httpx.AsyncClient) -> None:
    answer = await boss.post("/api/v1/ip-rules", json={"kind": "deny", "network": "0.0.0.0/0"})
    assert failure(answer) == (409, "would_lock_you_out")
    assert answer.json()["error"]["details"] == {"address": HOME}
    await rule(boss, "allow", f"{HOME}/24")
    everyone = await rule(boss, "deny", "0.0.0.0/0")
    async with from_address(hall, "192.0.2.50") as stranger:
        assert (await stranger.get("/")).status_code == 403
    assert (await boss.get("/api/v1/me")).status_code == 200
    items = (await boss.get("/api/v1/ip-rules")).json()["items"]
    allow = next(each for each in items if each["kind"] == "allow")
    address = f"/api/v1/ip-rules/{allow['id']}"
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    assert failure(await boss.delete(address)) == (409, "would_lock_you_out")
    assert failure(await boss.patch(address, json={"kind": "deny"})) == (409, "would_lock_you_out")
    assert failure(await boss.patch(address, json={"expires_at": soon})) == (409, "would_lock_you_out")
    assert (await boss.patch(address, json={"reason": "the office"})).json()["reason"] == "the office"
    assert (await boss.delete(f"/api/v1/ip-rules/{everyone['id']}")).status_code == 204


async def test_the_probes_of_this_machine_are_answered_whatever_the_rules(
    hall: Running, boss: httpx.AsyncClient
) -> None:
    await rule(boss, "allow", HOME)
    await rule(boss, "deny", "0.0.0.0/0")
    async with product.client(hall.url) as probe:
        assert [(await probe.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]
        assert (await probe.get("/metrics")).status_code == 403


@pytest.mark.slow
async def test_a_rule_ends_by_itself_when_it_expires(hall: Running, boss: httpx.AsyncClient) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    made = await rule(boss, "deny", "203.0.113.77", expires_at=soon.isoformat())
    async with from_address(hall, "203.0.113.77") as stranger:
        assert (await stranger.get("/healthz")).status_code == 403
        await asyncio.sleep((soon - datetime.now(UTC)).total_seconds() + 0.3)
        assert (await stranger.get("/healthz")).status_code == 200
    shown = (await boss.get("/api/v1/ip-rules")).json()["items"]
    assert [each["is_expired"] for each in shown if each["id"] == made["id"]] == [True]


async def test_rules_tell_how_often_they_were_met_and_what_they_turned_away(
    hall: Running, boss: httpx.AsyncClient
) -> None:
    made = await rule(boss, "deny", "203.0.113.0/24")
    async with from_address(hall, "203.0.113.9") as stranger:
        await asyncio.gather(*(stranger.get(f"/wp-admin/{number}") for number in range(70)))
        await stranger.get("/v1/models")
    async with asyncio.timeout(10):
        while (found := (await boss.get("/api/v1/ip-rules")).json()["items"][0])["hits"] < 71:  # noqa: ASYNC110 - written in the background
            await asyncio.sleep(0.1)
    assert (found["id"], found["hits"]) == (made["id"], 71)
    assert found["last_attempt_at"] is not None
    assert found["last_attempts"][0]["path"] == "/v1/models"
    kept, cursor = [], None
    while True:
        params = {"rule_id": made["id"], "limit": 20} | ({"cursor": cursor} if cursor else {})
        page = (await boss.get("/api/v1/ip-rules/attempts", params=params)).json()
        kept += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(kept) == 50  # the newest of each rule
    assert {attempt["address"] for attempt in kept} == {"203.0.113.9"}


async def test_an_open_socket_of_a_newly_denied_address_is_closed(hall: Running, boss: httpx.AsyncClient) -> None:
    async with from_address(hall, "203.0.113.5") as stranger:
        await _register(stranger)
        headers = {"x-forwarded-for": "203.0.113.5"}
        async with listening(stranger, additional_headers=headers) as line, listening(boss) as other:
            await line.say(op="ping")
            assert (await line.hear())["op"] == "pong"
            await rule(boss, "deny", "203.0.113.5")
            started = time.perf_counter()
            with pytest.raises(ConnectionClosed) as closed:
                await line.hear(5)
            assert time.perf_counter() - started < 1
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4403
            await other.say(op="ping")
            assert (await other.hear())["op"] == "pong"
        ticket = (await boss.post("/api/v1/realtime/ticket")).json()["ticket"]
        with pytest.raises(InvalidStatus) as refused:
            async with opened(boss, ticket, additional_headers=headers):
                pass
        assert refused.value.response.status_code == 403


async def test_an_open_stream_of_events_of_a_newly_denied_address_ends(hall: Running, boss: httpx.AsyncClient) -> None:
    async with from_address(hall, "203.0.113.6") as stranger:
        await _register(stranger)
        me = (await stranger.get("/api/v1/me")).json()["id"]
        async with stranger.stream("GET", "/api/v1/events", params={"stream": f"user.{me}"}) as stream:
            assert stream.status_code == 200
            pieces = stream.aiter_bytes()
            await anext(pieces)
            await rule(boss, "deny", "203.0.113.6")
            async with asyncio.timeout(2):
                async for _ in pieces:
                    pass


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "deny", "network": "example.org"},
        {"kind": "deny", "network": "10.0.0.0/33"},
        {"kind": "deny", "network": "fe80::1%eth0"},
        {"kind": "deny", "network": ""},
        {"kind": "ban", "network": "10.0.0.1"},
        {"kind": "deny", "network": "10.0.0.1", "reason": "x" * 201},
        {"kind": "deny", "network": "10.0.0.1", "reason": "\x00"},
        {"kind": "deny", "network": "10.0.0.1", "expires_at": "2020-01-01T00:00:00Z"},
        {"kind": "deny", "network": "10.0.0.1", "expires_at": "2030-01-01T00:00:00"},
        {"kind": "deny", "network": "10.0.0.1", "expires_at": "9999-12-31T23:59:59-12:00"},
        {"kind": "deny", "network": "10.0.0.1", "extra": 1},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(boss: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert failure(await boss.post("/api/v1/ip-rules", json=body)) == (400, "invalid_request")


async def test_a_network_has_one_rule_however_it_is_written(boss: httpx.AsyncClient) -> None:
    made = await rule(boss, "deny", "2001:DB8:0:0::/32")
    assert made["network"] == "2001:db8::/32"
    answer = await boss.post("/api/v1/ip-rules", json={"kind": "allow", "network": "2001:db8:1::/32"})
    assert failure(answer) == (409, "ip_rule_exists")
    assert (await rule(boss, "deny", "::ffff:203.0.113.9/128"))["network"] == "203.0.113.9"


async def test_whoever_asks_is_told_what_an_address_would_meet(boss: httpx.AsyncClient) -> None:
    made = await rule(boss, "deny", "203.0.113.0/24")
    found = (await boss.get("/api/v1/ip-rules/check", params={"address": "203.0.113.44"})).json()
    assert (found["allowed"], found["rule_id"], found["network"]) == (False, made["id"], "203.0.113.0/24")
    one = await rule(boss, "deny", "2001:db8::9")
    found = (await boss.get("/api/v1/ip-rules/check", params={"address": "2001:db8::9"})).json()
    assert (found["rule_id"], found["network"]) == (one["id"], one["network"])
    own = (await boss.get("/api/v1/ip-rules/check")).json()
    assert (own["address"], own["allowed"], own["is_yours"]) == (HOME, True, True)
    assert (await boss.get("/api/v1/ip-rules/check", params={"address": "me"})).status_code == 400


async def test_rules_are_for_admins(hall: Running, boss: httpx.AsyncClient) -> None:
    async with from_address(hall, HOME) as visitor:
        assert failure(await visitor.get("/api/v1/ip-rules")) == (401, "not_signed_in")
        await _register(visitor)
        for method, path in (
            ("GET", ""), ("POST", ""), ("GET", "/attempts"), ("GET", "/check"), ("PATCH", "/ip_x"), ("DELETE", "/ip_x"),
        ):  # fmt: skip
            assert failure(await visitor.request(method, f"/api/v1/ip-rules{path}", json={"kind": "deny"})) == (
                403,
                "admin_only",
            )
    assert failure(await boss.delete("/api/v1/ip-rules/ip_nothing")) == (404, "ip_rule_not_found")


async def test_every_change_of_a_rule_is_in_the_audit_log(hall: Running, boss: httpx.AsyncClient) -> None:
    made = await rule(boss, "deny", "203.0.113.200", reason="a")
    await boss.patch(f"/api/v1/ip-rules/{made['id']}", json={"reason": "b"})
    await boss.delete(f"/api/v1/ip-rules/{made['id']}")
    db = Database(hall.settings)
    async with db.read() as session:
        statement = select(AuditEntry).where(AuditEntry.target == f"ip_rule:{made['id']}").order_by(AuditEntry.id)
        found = [(entry.action, entry.before, entry.after, entry.address) for entry in await session.scalars(statement)]
    await db.close()
    whole = {"network": "203.0.113.200", "kind": "deny", "reason": "a", "expires_at": None}
    assert found == [
        ("ip_rule.created", None, whole, HOME),
        ("ip_rule.changed", {"reason": "a"}, {"reason": "b"}, HOME),
        ("ip_rule.removed", whole | {"reason": "b"}, None, HOME),
    ]


@pytest.mark.slow
async def test_whoever_is_locked_out_all_the_same_gets_in_by_the_command_line(
    hall: Running, boss: httpx.AsyncClient
) -> None:
    await rule(boss, "deny", "203.0.113.0/24", reason="scanners")
    moved = "203.0.113.30"  # the admin's address has changed since
    async with from_address(hall, moved) as http:
        assert (await http.get("/api/v1/setup")).status_code == 403
        listed = (await _guildhall(hall, "list")).split()
        assert (listed[:2], listed[-1]) == (["deny", "203.0.113.0/24"], "scanners")
        assert await _guildhall(hall, "clear", "203.0.113.0/24") == "Removed 1 rule."
        assert await _guildhall(hall, "clear") == "Removed 0 rules."
        async with asyncio.timeout(8):
            while (await http.get("/api/v1/setup")).status_code != 200:  # noqa: ASYNC110 - as a person would
                await asyncio.sleep(0.1)
    entries = (await boss.get("/api/v1/audit", params={"action": "ip_rule.all_removed"})).json()["items"]
    assert (entries[0]["actor"], entries[0]["address"]) == (None, "command line")


async def _guildhall(hall: Running, *words: str) -> str:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guildhall", "ip-rules", *words),
        env=product.environment(hall.settings),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    assert child.returncode == 0
    return out.decode().strip()


@pytest.mark.slow
async def test_a_rule_is_in_force_on_every_replica_within_a_second(databases: Databases) -> None:
    options = {"trusted_proxies": "127.0.0.1", "worker": "external"}
    with databases.settings("scaled", port=processes.free_port(), **options) as settings:
        elsewhere = settings.model_copy(update={"port": processes.free_port()})
        async with product.launch(settings) as first, product.launch(elsewhere) as second:
            here, there = Running(first.url, settings), Running(second.url, elsewhere)
            async with from_address(here, HOME) as boss, from_address(there, "203.0.113.9") as stranger:
                await _register(boss)
                seconds = [await _until(boss, stranger, kind) for kind in ("deny", "allow") * 5]
    assert max(seconds) < 1, seconds


async def _until(boss: httpx.AsyncClient, stranger: httpx.AsyncClient, kind: str) -> float:
    """Seconds from the answer to a change here until it is in force there."""
    found = (await boss.get("/api/v1/ip-rules")).json()["items"]
    if found:
        await boss.patch(f"/api/v1/ip-rules/{found[0]['id']}", json={"kind": kind})
    else:
        await rule(boss, kind, "203.0.113.9")
    started = time.perf_counter()
    async with asyncio.timeout(10):
        while (await stranger.get("/healthz")).status_code != (403 if kind == "deny" else 200):  # noqa: ASYNC110 - as callers do
            await asyncio.sleep(0.005)
    return time.perf_counter() - started
