"""The HTTP API of one opencode process, as far as turns need it.

What is asked in the first moments after it listens may never be answered, so every request has a short patience and is
made again; all of them may be made twice.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any

import httpx2

from guildhall.core.errors import UnavailableError, UpstreamError
from guildhall.engines.api import Picture

_PATIENCE_SECONDS = (3.0, 6.0, 15.0)
_PAUSE_SECONDS = 0.2
_SILENCE_SECONDS = 35.0  # it sends a sign of life every ten seconds
_USER = "opencode"


class EngineLostError(UnavailableError):
    """503: opencode does not answer any more."""


def lost(why: str = "it does not answer any more") -> EngineLostError:
    """What to raise then."""
    return EngineLostError("engine_lost", f"opencode stopped in the middle of its work: {why}. Ask again.")


def refused(words: str) -> UpstreamError:
    """What to raise when it does not take what it is told."""
    return UpstreamError("engine_failed", f"opencode refused: {words.strip()[:200]}")


class OpencodeClient:
    """One process's API, on one folder."""

    def __init__(self, url: str, password: str, folder: str, *, socket: str | None = None) -> None:
        """`folder` is the workspace as opencode sees it; `socket` leads to it where its address does not."""
        self._http = httpx2.AsyncClient(
            base_url=url,
            auth=(_USER, password),
            params={"directory": folder},
            transport=httpx2.AsyncHTTPTransport(uds=socket, trust_env=False),
        )

    async def close(self) -> None:
        """Drop every connection."""
        await self._http.aclose()

    async def is_well(self) -> bool:
        """Whether it answers."""
        try:
            return bool((await self._ask("GET", "/global/health")).get("healthy"))
        except EngineLostError:
            return False

    async def has(self, session: str) -> bool:
        """Whether it still knows this conversation."""
        response = await self._send("GET", f"/session/{session}")
        return bool(response.status_code == 200)

    async def create(self, title: str) -> str:
        """A new conversation's id. With a title it asks no model for one."""
        return str((await self._ask("POST", "/session", {"title": title}))["id"])

    async def tell(self, session: str, text: str, model: str, pictures: Sequence[Picture]) -> None:
        """Add words and pictures to a conversation without having them answered."""
        body = {"noReply": True, "model": _model(model), "parts": _parts(text, pictures)}
        await self._ask("POST", f"/session/{session}/message", body)

    async def prompt(
        self, session: str, message: str, text: str, *, model: str, system: str, pictures: Sequence[Picture]
    ) -> None:
        """Ask; what comes of it is told as events. The same `message` is asked once, however often this is called."""
        body: dict[str, Any] = {
            "messageID": message,
            "model": _model(model),
            "parts": _parts(text, pictures),
        }
        if system:
            body["system"] = system
        await self._ask("POST", f"/session/{session}/prompt_async", body)

    async def allow(self, permission: str) -> None:
        """Give leave for this once."""
        await self._answer(f"/permission/{permission}/reply", {"reply": "once"})

    async def refuse(self, permission: str, message: str) -> None:
        """Refuse; with words the agent goes on, without them its turn ends."""
        body = {"reply": "reject"} | ({"message": message} if message else {})
        await self._answer(f"/permission/{permission}/reply", body)

    async def reply(self, question: str, answers: list[list[str]]) -> None:
        """Answer its questions."""
        await self._answer(f"/question/{question}/reply", {"answers": answers})

    async def connect(self, server: str) -> None:
        """Have it connect to an MCP server of its configuration anew, and list its tools."""
        await self._answer(f"/mcp/{server}/connect", {})

    async def abort(self, session: str) -> None:
        """Stop what a conversation does, with every command it runs."""
        await self._answer(f"/session/{session}/abort", {})

    async def is_busy(self, session: str) -> bool:
        """Whether a conversation is at work."""
        state = (await self._ask("GET", "/session/status")).get(session)
        return isinstance(state, dict) and state.get("type") != "idle"

    @contextlib.asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncGenerator[Mapping[str, Any], None]]:
        """What happens from now on. Raises `EngineLostError`, also while the events are read."""
        timeout = httpx2.Timeout(5.0, read=_SILENCE_SECONDS)
        try:
            async with self._http.stream("GET", "/event", timeout=timeout) as response:
                if response.status_code != 200:
                    raise lost(f"it answered {response.status_code}")
                events = _events(response)
                async with asyncio.timeout(_PATIENCE_SECONDS[-1]):
                    await anext(events)  # it says hello
                async with contextlib.aclosing(events):
                    yield events
        except (httpx2.HTTPError, TimeoutError, StopAsyncIteration) as error:
            raise lost() from error

    async def _answer(self, path: str, body: Mapping[str, Any]) -> None:
        """Answer what it asked; it may have given up asking meanwhile. Raises `AppError`."""
        response = await self._send("POST", path, body)
        if response.status_code >= 400 and response.status_code != 404:
            raise refused(response.text)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        response = await self._send(method, path, body)
        if response.status_code >= 400:
            raise refused(response.text)
        found = response.json() if response.content else {}
        return found if isinstance(found, dict) else {}

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx2.Response:
        for patience in _PATIENCE_SECONDS:
            try:
                return await self._http.request(method, path, json=body, timeout=patience)
            except httpx2.HTTPError:
                await asyncio.sleep(_PAUSE_SECONDS)
        raise lost()


async def _events(response: httpx2.Response) -> AsyncGenerator[Mapping[str, Any], None]:
    """Server-sent events; each of opencode's is one line."""
    try:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                found = json.loads(line.removeprefix("data:"))
                if isinstance(found, dict):
                    yield found
    except (httpx2.HTTPError, ValueError) as error:
        raise lost() from error
    raise lost("it has ended")


def _parts(text: str, pictures: Sequence[Picture]) -> list[dict[str, str]]:
    shown = [
        {
            "type": "file",
            "mime": picture.media_type,
            "filename": picture.name,
            "url": f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}",
        }
        for picture in pictures
    ]
    return [*([{"type": "text", "text": text}] if text or not shown else ()), *shown]


def _model(name: str) -> dict[str, str]:
    return {"providerID": PROVIDER, "modelID": name}


PROVIDER = "guildhall"
