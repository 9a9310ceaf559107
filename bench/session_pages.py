"""C2: opening a session of ten thousand messages, with a hundred thousand other sessions stored and with a thousand.

On SQLite, over HTTP. Times are of one caller who waits for each answer; the growth is of the server's processor time.
"""

import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench.contenders import MissingError, require, require_cores
from bench.hall import furnish, person, served
from bench.machine import LOAD_CORE, NotReadyError, Process
from bench.stored_sessions import StoredSessions
from bench.verdict import Line, tell
from guildhall.core.db import Database
from guildhall.core.settings import Settings

_MESSAGES = 10_000
_MOST_MS = 50.0
_MOST_GROWTH = 1.5
_LOOKS = 60
_SESSIONS = "/api/v1/chat/sessions"


def run(*, short: bool) -> int:
    """Measure both halls; 1 when a page takes too long or grows too much."""
    few, many = (100, 1_000) if short else (1_000, 100_000)
    try:
        require_cores(2)
        require("taskset", "util-linux")
        os.sched_setaffinity(0, {LOAD_CORE})
        small, large = (_measured(sessions) for sessions in (few, many))
    except (MissingError, NotReadyError) as error:
        print(f"bench: {error}")
        return 2
    lines = [Line(f"{name}, {many:,} sessions", wall, _MOST_MS, "ms") for name, (wall, _) in large.items()]
    for name, (_, cost) in large.items():
        lines.append(Line(f"{name}, {many:,} / {few:,} sessions", cost / small[name][1], _MOST_GROWTH))
    return tell(lines)


def _measured(sessions: int) -> dict[str, tuple[float, float]]:
    """For each page the median time it takes to come, in ms, and the server's processor time for it, in ms."""
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder, served(Path(folder)) as (url, process):
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        return asyncio.run(_looked(url, process, settings, sessions))


async def _looked(url: str, process: Process, settings: Settings, sessions: int) -> dict[str, tuple[float, float]]:
    async with contextlib.AsyncExitStack() as stack:
        owner = await person(stack, url, 0)
        await furnish(owner)
        long = await _filled(settings, owner.headers["x-user"], sessions)
        first = (await owner.get(f"{_SESSIONS}/{long}/messages")).raise_for_status().json()
        pages = {
            "the session": f"{_SESSIONS}/{long}",
            "its last messages": f"{_SESSIONS}/{long}/messages",
            "the ones before": f"{_SESSIONS}/{long}/messages?cursor={first['next_cursor']}",
            "the list of sessions": _SESSIONS,
        }
        return {name: await _cost(owner, process, path) for name, path in pages.items()}


async def _cost(http: httpx.AsyncClient, process: Process, path: str) -> tuple[float, float]:
    times = []
    for look in range(2 * _LOOKS):
        if look == _LOOKS:
            began = process.cpu_seconds()
        asked = time.perf_counter()
        (await http.get(path)).raise_for_status()
        times.append((time.perf_counter() - asked) * 1000)
    return statistics.median(times[_LOOKS:]), (process.cpu_seconds() - began) * 1000 / _LOOKS


async def _filled(settings: Settings, owner: str, sessions: int) -> str:
    """Store the sessions and the long one, which is the newest; its id."""
    db = Database(settings)
    began = datetime.now(UTC) - timedelta(seconds=sessions)
    rows = StoredSessions(db)
    for number in range(sessions):
        await rows.add(owner, 2, began + timedelta(seconds=number))
    long = await rows.add(owner, _MESSAGES, datetime.now(UTC))
    await rows.store()
    await db.close()
    return long
