"""Stopping and dying: every call that a provider answered has its row, and no process is left behind."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from guildhall.core.db import Database
from guildhall.edge.tables import Call
from tests.conftest import MakeSettings
from tests.gateway.providers import channel, eventually, simulating
from tests.gateway.test_sdk import said
from tests.services import processes, product

CHAT = "/v1/chat/completions"


@pytest.mark.timeout(90)
@pytest.mark.slow
async def test_a_server_told_to_stop_under_load_writes_a_row_for_every_call(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with simulating() as simulator:
        async with product.launch(settings) as launched, product.signed_in(launched.url, "a@example.org", "A") as admin:
            await admin.post("/api/v1/gateway/channels", json=channel("one", simulator.url, "m"))

            async def keep_calling() -> None:
                with suppress(httpx.TransportError):
                    while (await admin.post(CHAT, json={"model": "m", "messages": said("hello")})).status_code == 200:
                        pass

            callers = [asyncio.create_task(keep_calling()) for _ in range(16)]
            await asyncio.sleep(1)
            await launched.stop()
            await asyncio.gather(*callers)
        stats = await simulator.stats()
    db = Database(settings)
    async with db.read() as session:
        rows = await session.scalar(select(func.count()).select_from(Call).where(Call.attempts > 0))
    await db.close()
    assert stats["asked"] > 20
    assert rows == stats["asked"]


@pytest.mark.slow
async def test_the_simulator_ends_with_the_server_even_when_that_is_killed(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as launched, product.signed_in(launched.url, "a@example.org", "A") as admin:
        body = {"name": "sim", "kind": "simulator", "models": [{"name": "simulated-instant"}]}
        assert (await admin.post("/api/v1/gateway/channels", json=body)).json()["simulated"]
        answer = await admin.post(CHAT, json={"model": "simulated-instant", "messages": said("[[say=up]]")})
        assert answer.json()["choices"][0]["message"]["content"] == "up"
        [simulator] = _children(launched.child.process.pid)
        os.kill(launched.child.process.pid, 9)
        await eventually(lambda: _is_gone(simulator))


@pytest.mark.slow
async def test_a_simulator_that_dies_is_replaced(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as launched, product.signed_in(launched.url, "a@example.org", "A") as admin:
        body = {"name": "sim", "kind": "simulator", "models": [{"name": "simulated-instant"}]}
        await admin.post("/api/v1/gateway/channels", json=body)
        call = {"model": "simulated-instant", "messages": said("[[say=up]]")}
        assert (await admin.post(CHAT, json=call)).status_code == 200
        [simulator] = _children(launched.child.process.pid)
        os.kill(simulator, 9)

        async def is_back() -> bool:
            return (await admin.post(CHAT, json=call)).status_code == 200

        await eventually(lambda: _is_gone(simulator))
        await eventually(is_back, seconds=20)


@pytest.mark.slow
async def test_calls_leave_no_task_and_no_file_open(
    server: product.Running, raw: httpx.AsyncClient, model: str
) -> None:
    async def load() -> None:
        texts = ["hello", "[[error=500]]", "[[drop=2]]", "[[html]]", "[[endless]] [[slow=200]]"]
        for stream in (False, True):
            for text in texts[: 5 if stream else 4]:
                body = {"model": model, "messages": said(text), "stream": stream}
                async with raw.stream("POST", CHAT, json=body) as answer:
                    async for _ in answer.aiter_bytes():
                        break

    await asyncio.gather(*(load() for _ in range(5)))
    await asyncio.sleep(1.5)
    before = _open_files(), len(asyncio.all_tasks())
    for _ in range(5):
        await asyncio.gather(*(load() for _ in range(5)))
    async with asyncio.timeout(20):  # what was left in the middle ends soon, or never
        while _open_files() > before[0] + 10 or len(asyncio.all_tasks()) > before[1] + 5:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.2)


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listed in found for child in listed.read_text().split()]


async def _is_gone(pid: int) -> bool:
    return await asyncio.to_thread(_has_ended, pid)


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # before and while it is read
        return True
