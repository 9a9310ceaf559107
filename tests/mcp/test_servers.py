"""Tool servers: who may add which, who sees what, and what is kept of secrets."""

from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.mcp.conftest import SERVERS, Add

OWN = {"name": "mine", "kind": "http", "url": "https://example.org/mcp"}


async def error(http: httpx.AsyncClient, **body: Any) -> tuple[int, str]:
    """What adding a server is refused with."""
    answer = await http.post(SERVERS, json=body)
    return answer.status_code, answer.json()["error"]["code"]


async def listed(http: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """The servers that somebody sees, by id."""
    answer = await http.get(SERVERS)
    assert answer.status_code == 200, answer.text
    return {server["id"]: server for server in answer.json()}


async def test_a_person_keeps_servers_of_their_own_and_nobody_else_reaches_them(
    member: httpx.AsyncClient, other: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = await member.post(SERVERS, json={**OWN, "secrets": {"Authorization": "Bearer 0123456789abcdef"}})
    assert made.status_code == 201, made.text
    server = made.json()
    assert (server["state"], server["secrets"], server["may_change"]) == ("untried", {"Authorization": "cdef"}, True)
    path = f"{SERVERS}/{server['id']}"
    for stranger in (other, admin):
        assert server["id"] not in await listed(stranger)
        for answer in (
            await stranger.patch(path, json={"name": "theirs"}),
            await stranger.post(f"{path}/test"),
            await stranger.delete(path),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "mcp_server_not_found")
    assert await error(member, **OWN) == (409, "mcp_server_exists")
    changed = await member.patch(path, json={"secrets": {"Authorization": None, "X-Team": "blue"}, "is_enabled": False})
    assert changed.json()["secrets"] == {"Authorization": "cdef", "X-Team": "…"}
    assert changed.json()["is_enabled"] is False
    assert (await member.delete(path)).status_code == 204
    assert server["id"] not in await listed(member)


async def test_a_server_of_the_hall_is_seen_by_all_and_changed_by_admins(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, add: Add
) -> None:
    server = await add(kind="http", url="https://example.org/?key=secret", secrets={"X-Key": "0123456789abcdef"})
    seen = (await listed(member))[server["id"]]
    assert (seen["scope"], seen["url"], seen["secrets"], seen["may_change"]) == ("hall", None, {}, False)
    path = f"{SERVERS}/{server['id']}"
    for answer in (await member.patch(path, json={"name": "x"}), await member.delete(path)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "mcp_not_allowed")
    assert await error(member, **OWN | {"name": server["name"]}) == (409, "mcp_server_exists")
    renamed = await admin.patch(path, json={"name": f"{server['name'][:20]}-2"})
    assert renamed.json()["name"].endswith("-2")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"scope": "hall"}, 403),
        ({"kind": "stdio", "url": None, "command": "true"}, 403),
        ({"is_private": True}, 403),
        ({"has_network": True}, 403),
        ({"url": "http://example.org/"}, 400),
        ({"url": "https://127.0.0.1/"}, 400),
        ({"url": "https://169.254.169.254/latest"}, 400),
        ({"url": None}, 400),
        ({"command": "true"}, 400),
        ({"name": "Not A Name"}, 400),
        ({"name": "under_score"}, 400),
        ({"secrets": {"Host": "elsewhere"}}, 400),
        ({"secrets": {"X-Line": "a\r\nb"}}, 400),
        ({"timeout_seconds": 0}, 400),
    ],
)
async def test_members_add_only_what_they_may_and_what_fits_together(
    member: httpx.AsyncClient, wanted: dict[str, Any], status: int
) -> None:
    assert (await error(member, **OWN | {"name": f"m{new_id('x')[-8:].lower()}"} | wanted))[0] == status


async def test_admins_decide_what_members_add(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    async def decide(**value: bool) -> None:
        found = (await admin.get("/api/v1/configuration/mcp")).json()
        body = {"revision": found["revision"], "value": found["value"] | value}
        assert (await admin.put("/api/v1/configuration/mcp", json=body)).status_code == 200

    rights = (await member.get("/api/v1/mcp/rights")).json()
    assert (rights["addresses"], rights["programs"], rights["hall"]) == (True, False, False)
    await decide(members_add_addresses=False, members_add_programs=True)
    try:
        assert await error(member, **OWN) == (403, "mcp_not_allowed")
        made = await member.post(SERVERS, json={"name": "prog", "kind": "stdio", "command": "true"})
        assert made.status_code == 201, made.text
        assert (await member.delete(f"{SERVERS}/{made.json()['id']}")).status_code == 204
    finally:
        await decide(members_add_addresses=True, members_add_programs=False)
