"""API keys: shown once, stored as digests, seen and revoked by their owner only."""

import base64
import hashlib
import string
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from guildhall.accounts import keys, queries
from guildhall.accounts.tables import ApiKey
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.tables import Stream
from tests.accounts.visitors import failure, register, visitor
from tests.services.product import Running

KEYS = "/api/v1/keys"


async def _directory_changes(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(Stream.last_seq).where(Stream.name == keys.DIRECTORY_STREAM)) or 0


def test_a_secret_has_the_documented_form() -> None:
    secret = keys.new_secret()
    assert secret.startswith("gh-")
    assert len(secret) == 3 + 8 + 43
    assert keys.is_well_formed(secret)
    assert keys.digest(secret) == hashlib.sha256(secret.encode()).digest()
    assert len({keys.new_secret() for _ in range(1000)}) == 1000


@given(st.integers(min_value=3, max_value=53), st.sampled_from(string.ascii_letters + string.digits))
def test_a_mistyped_secret_is_told_apart(position: int, letter: str) -> None:
    secret = keys.new_secret()
    mistyped = secret[:position] + letter + secret[position + 1 :]
    assert keys.is_well_formed(mistyped) == (mistyped == secret)


@given(st.text() | st.text().map(lambda text: f"gh-{text}"))
def test_other_text_is_no_secret(text: str) -> None:
    assert not keys.is_well_formed(text)


async def test_a_key_is_shown_once(member: httpx.AsyncClient, db: Database) -> None:
    answer = await member.post(KEYS, json={"name": "  laptop "})
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    plain = {"scopes": ["models"], "allowed_addresses": [], "expires_at": None, "former_until": None}
    plain |= {"models": [], "endpoints": [], "quota_period": "month"}
    plain |= dict.fromkeys(("calls_per_minute", "tokens_per_minute", "parallel_calls", "quota_nano", "quota_tokens"))
    assert set(made) == {"id", "name", "prefix", "created_at", "last_used_at", "key", *plain}
    assert {name: made[name] for name in plain} == plain
    assert (made["name"], made["last_used_at"]) == ("laptop", None)
    assert made["key"].startswith(made["prefix"])
    assert keys.is_well_formed(made["key"])
    listed = (await member.get(KEYS)).json()
    assert listed["items"][0] == {name: value for name, value in made.items() if name != "key"}
    async with db.read() as session:
        stored = await session.get_one(ApiKey, made["id"])
    assert stored.digest == keys.digest(made["key"])
    assert made["key"] not in str(vars(stored))


async def test_keys_are_listed_newest_first_in_pages(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as program:
        await register(program)
        assert (await program.get(KEYS)).json() == {"items": [], "next_cursor": None}
        for number in range(5):
            await program.post(KEYS, json={"name": f"key {number}"})
        seen, cursor = [], None
        while True:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await program.get(KEYS, params=query)).json()
            seen += [key["name"] for key in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [f"key {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_revoked_key_is_gone(member: httpx.AsyncClient) -> None:
    made = (await member.post(KEYS, json={"name": "short-lived"})).json()
    assert (await member.delete(f"{KEYS}/{made['id']}")).status_code == 204
    assert made["id"] not in {key["id"] for key in (await member.get(KEYS)).json()["items"]}
    assert failure(await member.delete(f"{KEYS}/{made['id']}")) == (404, "key_not_found")


async def test_other_peoples_keys_are_not_there(
    member: httpx.AsyncClient, other: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = (await member.post(KEYS, json={"name": "mine"})).json()
    for stranger in (other, admin):
        assert failure(await stranger.delete(f"{KEYS}/{made['id']}")) == (404, "key_not_found")
        assert made["id"] not in {key["id"] for key in (await stranger.get(KEYS)).json()["items"]}
    assert made["id"] in {key["id"] for key in (await member.get(KEYS)).json()["items"]}


async def test_every_change_reaches_the_directory(member: httpx.AsyncClient, db: Database) -> None:
    before = await _directory_changes(db)
    made = (await member.post(KEYS, json={"name": "announced"})).json()
    assert await _directory_changes(db) == before + 1
    await member.delete(f"{KEYS}/{made['id']}")
    assert await _directory_changes(db) == before + 2
    await member.delete(f"{KEYS}/{made['id']}")
    assert await _directory_changes(db) == before + 2


async def test_last_use_is_noted_and_never_goes_back(member: httpx.AsyncClient, db: Database) -> None:
    made = [(await member.post(KEYS, json={"name": f"used {number}"})).json()["id"] for number in range(2)]
    moment = now().replace(microsecond=0)
    async with db.write() as session:
        await queries.touch_keys(session, {})
        await queries.touch_keys(session, {made[0]: moment, made[1]: moment, "key_gone": moment})
        await queries.touch_keys(session, {made[0]: moment - timedelta(hours=1), made[1]: moment + timedelta(hours=1)})
    listed = {key["id"]: key["last_used_at"] for key in (await member.get(KEYS)).json()["items"]}
    assert listed[made[0]].startswith(moment.strftime("%Y-%m-%dT%H:%M:%S"))
    assert listed[made[1]].startswith((moment + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"))


@pytest.mark.parametrize("key_id", ["key_01", "nonsense", "me"])
async def test_an_unknown_key_is_not_there(member: httpx.AsyncClient, key_id: str) -> None:
    assert failure(await member.delete(f"{KEYS}/{key_id}")) == (404, "key_not_found")


@pytest.mark.parametrize("key_id", ["%00", "key_%00", "%F0%9F%98%80", "%ff", "x" * 300, "KEY'--"])
async def test_an_id_that_cannot_be_one_is_refused(member: httpx.AsyncClient, key_id: str) -> None:
    assert failure(await member.delete(f"{KEYS}/{key_id}")) == (400, "invalid_request")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=1e3", f"cursor={'x' * 500}", "limit=99999999999999999999"],
)
async def test_a_page_that_cannot_be_is_refused(member: httpx.AsyncClient, query: str) -> None:
    assert failure(await member.get(f"{KEYS}?{query}")) == (400, "invalid_request")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        *(base64.b64encode(value).decode() for value in (b"[1]", b"{}", b'["\\u0000"]', b"[[]]", b"[null]")),
    ],
)
async def test_a_cursor_that_the_list_did_not_give_is_refused(member: httpx.AsyncClient, cursor: str) -> None:
    assert failure(await member.get(f"{KEYS}?cursor={cursor}")) == (400, "invalid_cursor")
