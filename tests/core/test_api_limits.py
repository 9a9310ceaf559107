"""How often the product's own API may be called, by one person and by one address; and how much may be sent."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from guildhall.core.middleware import MAX_BODY_BYTES
from tests.accounts.visitors import failure, register
from tests.services import product
from tests.services.databases import Databases, Mode
from tests.services.product import Running

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module")
async def hall(databases: Databases, mode: Mode) -> AsyncIterator[Running]:
    """A hall that believes the proxy on this machine and allows 60 calls a minute."""
    with databases.settings(mode, trusted_proxies="127.0.0.1") as settings:
        async with product.serving(settings) as running, product.client(running.url) as boss:
            await register(boss)
            found = (await boss.get("/api/v1/configuration/limits")).json()
            value = found["value"] | {"api_calls_per_user": 60, "api_calls_per_address": 60}
            answer = await boss.put(
                "/api/v1/configuration/limits", json={"revision": found["revision"], "value": value}
            )
            assert answer.status_code == 200
            yield running


def client(hall: Running, address: str) -> httpx.AsyncClient:
    headers = {"x-forwarded-for": address}
    return httpx.AsyncClient(base_url=hall.url, headers=headers, trust_env=False, timeout=20)


async def test_of_many_calls_at_once_exactly_as_many_pass_as_the_limit_says(hall: Running) -> None:
    async with client(hall, "203.0.113.1") as http:
        answers = await asyncio.gather(*(http.get("/api/v1/setup") for _ in range(90)))
    passed = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(passed) + len(refused) == 90
    assert len(passed) in {60, 61}  # one comes back every second
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"60"}
    assert min(int(answer.headers["x-ratelimit-remaining"]) for answer in passed) == 0
    for answer in refused:
        assert failure(answer) == (429, "rate_limit_exceeded")
        assert 1 <= int(answer.headers["retry-after"]) <= 2
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"]


async def test_a_person_has_their_own_limit_wherever_they_call_from(hall: Running) -> None:
    async with client(hall, "203.0.113.2") as here, client(hall, "203.0.113.3") as there:
        await register(here)
        there.headers["authorization"] = here.headers["authorization"]
        answers = await asyncio.gather(*(http.get("/api/v1/me") for _ in range(40) for http in (here, there)))
        assert sum(answer.status_code == 200 for answer in answers) in {60, 61}
        del there.headers["authorization"]
        assert (await there.get("/api/v1/setup")).status_code == 200  # what nobody signed in asks counts apart


@pytest.mark.parametrize("credential", ["", "Bearer x", "Bearer a.b.c", "Bearer gh-nothing", "Basic eA=="])
async def test_a_made_up_credential_does_not_get_around_the_limit_of_the_address(
    hall: Running, credential: str
) -> None:
    address = f"198.51.100.{10 + len(credential)}"
    async with client(hall, address) as http:
        headers = {"authorization": credential} if credential else {}
        answers = await asyncio.gather(*(http.get("/api/v1/setup", headers=headers) for _ in range(70)))
    assert sum(answer.status_code == 200 for answer in answers) in {60, 61}


async def test_addresses_of_one_ipv6_network_share_a_limit(hall: Running) -> None:
    async with client(hall, "2001:db8:5:6::1") as http:
        answers = await asyncio.gather(
            *(
                http.get("/api/v1/setup", headers={"x-forwarded-for": f"2001:db8:5:6::{number}"})
                for number in range(1, 71)
            )
        )
    assert sum(answer.status_code == 200 for answer in answers) in {60, 61}


async def test_pages_and_probes_are_not_counted(hall: Running) -> None:
    async with client(hall, "203.0.113.4") as http:
        answers = await asyncio.gather(*(http.get("/healthz") for _ in range(90)))
    assert {answer.status_code for answer in answers} == {200}
    assert "x-ratelimit-limit" not in answers[0].headers


async def test_a_body_that_is_too_large_is_refused_however_it_is_sent(admin: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MAX_BODY_BYTES // 10)

    for body in (b" " * (MAX_BODY_BYTES + 1), pieces()):
        answer = await admin.post("/api/v1/keys", content=body, headers={"content-type": "application/json"})
        assert failure(answer) == (413, "request_too_large")
        assert answer.json()["error"]["details"] == {"limit_bytes": MAX_BODY_BYTES}
    nearly = b'{"name": "' + b"x" * (MAX_BODY_BYTES - 100) + b'"}'
    assert failure(await admin.post("/api/v1/keys", content=nearly))[0] == 400


@pytest.mark.parametrize("length", ["-1", "9" * 30, "1e3", "0x10"])
async def test_a_length_that_makes_no_sense_is_refused(hall: Running, length: str) -> None:
    host, port = hall.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /api/v1/auth/login HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{{}}"
    writer.write(head.encode())
    async with asyncio.timeout(10):
        status = (await reader.readline()).split()[1:2]
    assert status in ([b"400"], [b"413"]), status
    writer.close()
    await writer.wait_closed()
