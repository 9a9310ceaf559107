"""The hall as the MCP server of an opencode process: what is listed, who may call, and what comes of it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from guildhall.engines.api import PermissionRequest, Turn
from guildhall.engines.opencode import remote as opencode_remote
from guildhall.engines.opencode.client import OpencodeClient
from guildhall.engines.opencode.remote import RemoteTools
from guildhall.mcp.connections import Owner
from guildhall.mcp.errors import McpError
from guildhall.mcp.runtime import McpRuntime, Offer, Outcome
from guildhall.mcp.servers import Server
from guildhall.mcp.tools import RemoteTool

_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}


class _Runtime:
    """Servers that say what they are asked."""

    def __init__(self, *tools: str) -> None:
        self.tools = tools
        self.called: list[tuple[str, Mapping[str, Any]]] = []
        self.hanging = asyncio.Event()

    async def offers(self, user_id: str, workspace_id: str | None, off: tuple[str, ...]) -> list[Offer]:
        server = Server("ms_a", "1", "docs", "http", "", "", False, False, 60, {})
        owner = Owner(user_id, workspace_id)
        return [
            Offer(server, owner, RemoteTool(name, "", f"Does {name}.", _SCHEMA, is_read_only=name == "look"))
            for name in self.tools
            if server.id not in off
        ]

    async def call(self, offer: Offer, arguments: Mapping[str, Any]) -> Outcome:
        self.called.append((offer.tool.name, arguments))
        if offer.tool.name == "dead":
            raise McpError("It has ended.")
        if offer.tool.name == "hang":
            self.hanging.set()
            await asyncio.Event().wait()
        return Outcome(str(arguments.get("text")), is_failed=offer.tool.name == "fail")


class _Client:
    """Lists when it is told to, as opencode does."""

    def __init__(self, remote: RemoteTools) -> None:
        self.remote, self.listed = remote, list[list[str]]()

    async def connect(self, _server: str) -> None:
        found = await _ask(self.remote, "tools/list")
        self.listed.append([tool["name"] for tool in found["result"]["tools"]])


async def _ask(remote: RemoteTools, method: str, number: int = 1, **params: Any) -> dict[str, Any]:
    body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    said: dict[str, Any] = json.loads(await remote.answer(json.dumps(body).encode()))
    assert said["id"] == number
    return said


def _turn(turn_id: str = "tu_a", **values: Any) -> Turn:
    return Turn(turn_id, "se_a", "us_a", "m", (), workspace_id="ws_a", **values)


def _made(*tools: str) -> tuple[RemoteTools, _Runtime, OpencodeClient, _Client]:
    runtime = _Runtime(*tools)
    remote = RemoteTools(cast("McpRuntime", runtime))
    client = _Client(remote)
    return remote, runtime, cast("OpencodeClient", client), client


def _request(tool: str, **arguments: Any) -> PermissionRequest:
    return PermissionRequest("prt_1", tool, "other", ("*",), ("*",), {"arguments": arguments})


async def test_it_lists_what_the_turns_under_way_are_offered_and_only_when_that_has_changed() -> None:
    remote, runtime, client, log = _made("look", "write")
    async with remote.offering(_turn(), client):
        pass
    async with remote.offering(_turn("tu_b"), client):
        pass
    assert log.listed == [["docs_look", "docs_write"]]
    async with remote.offering(_turn("tu_c", mode="plan"), client):
        runtime.tools = ("more",)
        async with remote.offering(_turn("tu_d"), client):
            pass
    async with remote.offering(_turn("tu_e", servers_off=("ms_a",)), client):
        pass
    assert log.listed[1:] == [["docs_look"], ["docs_look", "docs_more"], []]


async def test_a_call_is_made_with_leave_and_once_for_each() -> None:
    remote, runtime, client, _ = _made("write")
    async with remote.offering(_turn(), client):
        for name, text in (("docs_write", "a"), ("docs_other", "a"), ("write", "a")):
            said = await _ask(remote, "tools/call", name=name, arguments={"text": text})
            assert said["result"]["isError"]
        asked = remote.asked("tu_a", _request("docs_write", text="a"))
        assert asked is not None
        assert (asked.kind, asked.patterns) == ("other", ("a",))
        assert asked.details == {"server": "docs", "tool": "write", "arguments": {"text": "a"}}
        remote.allow("tu_a", asked)
        said = await _ask(remote, "tools/call", name="docs_write", arguments={"text": "b"})
        assert said["result"]["isError"]
        said = await _ask(remote, "tools/call", name="docs_write", arguments={"text": "a"})
        assert said["result"] == {"content": [{"type": "text", "text": "a"}], "isError": False}
        said = await _ask(remote, "tools/call", name="docs_write", arguments={"text": "a"})
        assert said["result"]["isError"]
    assert runtime.called == [("write", {"text": "a"})]


async def test_leave_ends_with_its_turn_and_is_no_leave_in_another() -> None:
    remote, runtime, client, _ = _made("write")
    async with remote.offering(_turn(), client):
        remote.allow("tu_a", _request("docs_write", text="a"))
    async with remote.offering(_turn("tu_b", servers_off=("ms_a",)), client):
        assert remote.asked("tu_b", _request("docs_write", text="a")) is None
        said = await _ask(remote, "tools/call", name="docs_write", arguments={"text": "a"})
    assert said["result"]["isError"]
    assert runtime.called == []


async def test_what_fails_is_told_in_words() -> None:
    remote, _, client, _ = _made("dead", "fail")
    async with remote.offering(_turn(), client):
        for name, words in (("docs_dead", "docs: It has ended."), ("docs_fail", "None")):
            remote.allow("tu_a", _request(name))
            said = await _ask(remote, "tools/call", name=name)
            assert said["result"] == {"content": [{"type": "text", "text": words}], "isError": True}


async def test_what_has_come_is_listed_once_calls_of_other_turns_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    remote, runtime, client, log = _made("hang")
    async with remote.offering(_turn(), client):
        remote.allow("tu_a", _request("docs_hang"))
        calling = asyncio.create_task(_ask(remote, "tools/call", 7, name="docs_hang"))
        async with asyncio.timeout(5):
            await runtime.hanging.wait()
        runtime.tools = ("hang", "more")
        monkeypatch.setattr(opencode_remote, "_PATIENCE_SECONDS", 0.01)
        async with remote.offering(_turn("tu_b"), client):
            assert log.listed == [["docs_hang"]]
        monkeypatch.setattr(opencode_remote, "_PATIENCE_SECONDS", 5.0)
        later = asyncio.get_running_loop().call_later(0.05, calling.cancel)
        async with remote.offering(_turn("tu_c"), client):
            assert log.listed == [["docs_hang"], ["docs_hang", "docs_more"]]
        later.cancel()


async def test_a_call_that_is_cancelled_ends() -> None:
    remote, runtime, client, _ = _made("hang")
    async with remote.offering(_turn(), client):
        remote.allow("tu_a", _request("docs_hang"))
        async with asyncio.timeout(5):
            calling = asyncio.create_task(_ask(remote, "tools/call", 7, name="docs_hang"))
            await runtime.hanging.wait()
            note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
            assert await remote.answer(json.dumps(note).encode()) == b""
            assert (await calling)["result"]["isError"]


async def test_a_call_ends_with_its_turn() -> None:
    remote, runtime, client, _ = _made("hang")
    async with remote.offering(_turn("tu_other"), client), asyncio.timeout(5):
        async with remote.offering(_turn(), client):
            remote.allow("tu_a", _request("docs_hang"))
            calling = asyncio.create_task(_ask(remote, "tools/call", 7, name="docs_hang"))
            await runtime.hanging.wait()
        assert (await calling)["result"]["isError"]


async def test_what_is_no_message_has_no_answer_and_unknown_methods_are_refused() -> None:
    remote, _, _, _ = _made()
    for body in (b"", b"nonsense", b"[]", b"7", b'{"method": 7, "id": 1}', b'{"id": {}, "method": [], "params": 7}'):
        assert await remote.answer(body) == b""
    assert (await _ask(remote, "initialize", protocolVersion="x"))["result"]["capabilities"] == {"tools": {}}
    assert (await _ask(remote, "ping"))["result"] == {}
    assert "error" in await _ask(remote, "resources/list")
    assert "error" in await _ask(remote, "tools/call", name=[], arguments=7)
