"""MCP servers for tests: one at an address, one as a program, and sessions whose agent may call them."""

import asyncio
import base64
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from guildhall.core.ids import new_id
from tests.chat.talk import INSTANT, SESSIONS, connect_simulator

SERVERS = "/api/v1/mcp/servers"
_PROGRAM = Path(__file__).parents[1] / "fakes" / "mcp_program.py"
# The program comes in a variable, so that it is wherever a sandbox is.
COMMAND = "python3 -c \"import base64,os,zlib;exec(zlib.decompress(base64.b64decode(os.environ['PROGRAM'])))\""
PACKED = base64.b64encode(zlib.compress(_PROGRAM.read_bytes(), 9)).decode()

Add = Callable[..., Awaitable[dict[str, Any]]]


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """Where an MCP server, a process of its own, answers."""
    process = await asyncio.create_subprocess_exec(sys.executable, str(_PROGRAM), "0", stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    port = int(await asyncio.wait_for(process.stdout.readline(), 20))
    yield f"http://127.0.0.1:{port}"
    process.kill()
    await process.wait()


@pytest_asyncio.fixture(scope="session")
async def address() -> AsyncIterator[str]:
    """A server at an address, for all tests."""
    async with serving() as address:
        yield address


@pytest_asyncio.fixture
async def add(admin: httpx.AsyncClient) -> AsyncIterator[Add]:
    """Adds servers for the hall, and takes them away again: other tests' sessions have no use for them."""
    made = []

    async def adding(**wanted: Any) -> dict[str, Any]:
        name = {"name": f"t{new_id('ms')[-12:].lower()}".replace("_", "-")}
        answer = await admin.post(SERVERS, json={"scope": "hall", **name, **wanted})
        assert answer.status_code == 201, answer.text
        server: dict[str, Any] = answer.json()
        made.append(server["id"])
        return server

    yield adding
    for server_id in made:
        await admin.delete(f"{SERVERS}/{server_id}")


def at(address: str, **more: Any) -> dict[str, Any]:
    """A server at an address on this machine."""
    return {"kind": "http", "url": address, "is_private": True, **more}


def program(mode: str = "", **more: Any) -> dict[str, Any]:
    """A server that is a program."""
    secrets = {"PROGRAM": PACKED, **({"MODE": mode} if mode else {})}
    return {"kind": "stdio", "command": COMMAND, "secrets": secrets, **more}


@pytest_asyncio.fixture
async def workspace(member: httpx.AsyncClient) -> AsyncIterator[str]:
    """An empty workspace, for one test."""
    created = await member.post("/api/v1/workspaces", json={"name": new_id("w")})
    assert created.status_code == 201, created.text
    workspace_id = str(created.json()["id"])
    yield workspace_id
    await member.delete(f"/api/v1/workspaces/{workspace_id}")


@pytest_asyncio.fixture
async def session(admin: httpx.AsyncClient, member: httpx.AsyncClient, workspace: str) -> str:
    """A session of the member's in a workspace, whose agent asks nobody."""
    await connect_simulator(admin)
    created = await member.post(SESSIONS, json={"model": INSTANT, "mode": "full", "workspace_id": workspace})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


async def tried(http: httpx.AsyncClient, server: dict[str, Any]) -> dict[str, Any]:
    """The server after a test."""
    answer = await http.post(f"{SERVERS}/{server['id']}/test")
    assert answer.status_code == 200, answer.text
    after: dict[str, Any] = answer.json()
    return after


def cards(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The tool calls of an answer: name, state, and what came of it."""
    return [
        (part["tool"]["name"], part["tool"]["status"], part["text"])
        for part in answer["parts"]
        if part["type"] == "tool"
    ]
