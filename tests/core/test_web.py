"""What every address has in common: errors, pages, limits on what is read."""

import asyncio
import socket

import httpx
import pytest
import uvicorn

from guildhall.core.lines import HttpLine
from guildhall.core.web import create_api


@pytest.mark.parametrize(
    "path", ["/" + "a" * 300, "/" + "a/" * 2000, "/%ff%fe", "/..%2f..%2fetc/passwd", "/a%5c..%5cb"]
)
async def test_an_odd_address_is_the_app_or_nothing_and_never_a_failure(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code in {200, 404}
    assert "root:" not in answer.text


async def test_whoever_only_wants_the_head_of_the_page_gets_it(http: httpx.AsyncClient) -> None:
    assert (await http.head("/")).status_code == (await http.get("/")).status_code


async def test_an_unknown_address_of_the_api_says_so_in_the_one_shape(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]


async def test_a_method_that_is_not_taken_says_so(http: httpx.AsyncClient) -> None:
    answer = await http.put("/api/v1/auth/login")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


async def test_every_answer_carries_the_security_headers(http: httpx.AsyncClient) -> None:
    for path in ("/", "/api/v1/me", "/healthz"):
        headers = (await http.get(path)).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


async def test_the_documentation_comes_from_our_own_origin(http: httpx.AsyncClient) -> None:
    answer = await http.get("/docs")
    if answer.status_code == 200:  # the web app is built
        assert "https://" not in answer.text
    document = (await http.get("/openapi.json")).json()
    assert {"/v1/chat/completions", "/api/v1/chat/sessions"} <= set(document["paths"])


async def test_a_failure_of_ours_says_that_the_connection_closes() -> None:
    api = create_api()

    @api.get("/fails")
    async def fails() -> None:
        raise RuntimeError

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(api, http=HttpLine, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve([listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /fails HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            refused, failed = (await reader.read()).split(b"HTTP/1.1 ")[1:]
        writer.close()
        server.should_exit = True
        await serving
    assert refused.startswith(b"404")
    assert b"connection: close" not in refused
    assert failed.startswith(b"500")
    assert b"connection: close" in failed
    assert b'"internal_error"' in failed


async def test_what_is_wrong_with_a_body_is_told_once(member: httpx.AsyncClient) -> None:
    refused = await member.post("/api/v1/chat/sessions", json={"title": "mine", "odd": 1})
    fields = [each["field"] for each in refused.json()["error"]["details"]["fields"]]
    assert (refused.status_code, sorted(fields)) == (400, ["odd", "title"])
