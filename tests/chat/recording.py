"""A provider that keeps what it was sent and streams what a test has it say."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from guildhall.core.ids import new_id
from tests.gateway.providers import channel, read_request, socket_server

Say = Callable[[dict[str, Any]], str | int]


class Recorder:
    """What was asked, oldest first. `say` gives the answer to a body, or the status with which it is refused."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.bodies: list[dict[str, Any]] = []
        self.pause = asyncio.Event()
        self.pauses: Callable[[dict[str, Any]], bool] = lambda _body: False
        """Which bodies are answered only once `pause` is set."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        while True:
            body = json.loads(await read_request(reader))
            self.bodies.append(body)
            said = self.say(body)
            if self.pauses(body):
                await self.pause.wait()
            status, kind, text = (200, "text/event-stream", _stream(said)) if isinstance(said, str) else _refusal(said)
            head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(text.encode())}\r\n\r\n"
            writer.write((head + text).encode())
            await writer.drain()


@contextlib.asynccontextmanager
async def recording(admin: httpx.AsyncClient, say: Say, **more: Any) -> AsyncIterator[tuple[Recorder, str]]:
    """A provider, connected as a channel, and the name of its one model."""
    made, model = Recorder(say), new_id("m")
    async with socket_server(made.answer) as url:
        created = await admin.post("/api/v1/gateway/channels", json=channel(new_id("ch"), url, model, **more))
        assert created.status_code == 201, created.text
        yield made, model
        await admin.delete(f"/api/v1/gateway/channels/{created.json()['id']}")


def _stream(text: str) -> str:
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    chunks = [
        {"id": "x", "choices": [delta]},
        {"id": "x", "choices": [end]},
        {"id": "x", "choices": [], "usage": usage},
    ]
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


def _refusal(status: int) -> tuple[int, str, str]:
    words = "Unsupported value: 'temperature' does not support 0.2 with this model."
    return status, "application/json", json.dumps({"error": {"message": words}})
