"""What people do in a chat, as tests say it."""

import asyncio
from typing import Any

import httpx

INSTANT = "simulated-instant"
SESSIONS = "/api/v1/chat/sessions"


async def connect_simulator(admin: httpx.AsyncClient) -> None:
    """Make the simulator a channel, unless it is one."""
    models = [{"name": name} for name in ("simulated-chat", "simulated-reasoner", INSTANT)]
    body = {"name": "Simulator", "kind": "simulator", "models": models}
    answer = await admin.post("/api/v1/gateway/channels", json=body)
    assert answer.status_code in {201, 409}, answer.text


async def begin(http: httpx.AsyncClient, model: str | None = INSTANT) -> str:
    """A new session's id."""
    answer = await http.post(SESSIONS, json={"model": model})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def say(http: httpx.AsyncClient, session_id: str, text: str, **headers: str) -> dict[str, Any]:
    """Send a message; gives the question and the answer that is being made."""
    answer = await http.post(f"{SESSIONS}/{session_id}/messages", json={"text": text}, headers=headers)
    assert answer.status_code == 202, answer.text
    exchange: dict[str, Any] = answer.json()
    return exchange


async def messages(http: httpx.AsyncClient, session_id: str) -> list[dict[str, Any]]:
    """What was said, oldest first."""
    answer = await http.get(f"{SESSIONS}/{session_id}/messages")
    assert answer.status_code == 200, answer.text
    return list(reversed(answer.json()["items"]))


async def ended(http: httpx.AsyncClient, session_id: str, seconds: float = 15) -> dict[str, Any]:
    """The last answer, once it has ended."""
    async with asyncio.timeout(seconds):
        while True:
            last = (await messages(http, session_id))[-1]
            if last["role"] == "assistant" and last["status"] != "streaming":
                return last
            await asyncio.sleep(0.05)


async def all_said(http: httpx.AsyncClient, session_id: str, count: int, seconds: float = 20) -> list[dict[str, Any]]:
    """What was said and answered, once there are so many messages and nothing is made any more."""
    async with asyncio.timeout(seconds):
        while True:
            found = await messages(http, session_id)
            if len(found) >= count and (await http.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle":
                return await messages(http, session_id)
            await asyncio.sleep(0.05)


async def billed(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    """The last answer, once it has ended and its calls are in the bill: nothing of it changes by itself any more."""
    await ended(http, session_id)
    async with asyncio.timeout(15):
        while True:
            last = (await messages(http, session_id))[-1]
            if last["usage"] and last["usage"]["calls"] is not None:
                return last
            await asyncio.sleep(0.05)


async def written(http: httpx.AsyncClient, session_id: str, words: int) -> dict[str, Any]:
    """The last answer, once so many words of it can be seen."""
    async with asyncio.timeout(15):
        while True:
            last = (await messages(http, session_id))[-1]
            if len(text_of(last).split()) >= words:
                return last
            await asyncio.sleep(0.03)


def text_of(message: dict[str, Any], kind: str = "text") -> str:
    """A message's parts of one kind, joined."""
    return "".join(part["text"] for part in message["parts"] if part["type"] == kind)
