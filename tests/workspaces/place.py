"""A workspace to run commands in, as the tests of the sandbox see it."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from guildhall.workspaces.running import Ended
from guildhall.workspaces.sandbox import Sandbox


class Place:
    """One workspace and the sandbox its commands run in; each command goes on where the one before it ended."""

    def __init__(self, sandbox: Sandbox, hall: Path) -> None:
        self.sandbox = sandbox
        self.hall = hall
        self.root = hall / "workspaces/one/files"
        self.home = hall / "workspaces/one/home"
        self.root.mkdir(parents=True)
        self.folder = ""

    async def run(self, command: str, **options: Any) -> tuple[str, Ended]:
        """All that it wrote, and how it ended."""
        options = {"root": self.root, "home": self.home, "folder": self.folder, **options}
        async with self.sandbox.start(command, **options) as running:
            text = "".join([piece async for piece in running])
            ended = await running.wait()
        self.folder = ended.folder
        return text, ended

    async def says(self, command: str, **options: Any) -> str:
        """What it wrote, without spaces around."""
        return (await self.run(command, **options))[0].strip()


@asynccontextmanager
async def busy_machine() -> AsyncIterator[None]:
    """Every process has to wait for its turn."""
    words = (sys.executable, "-c", "while True: pass")
    busy = [await asyncio.create_subprocess_exec(*words) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            await process.wait()


def processes_with(mark: str) -> list[int]:
    """Processes of this machine that have these words on their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (place / "cmdline").read_bytes() and int(place.name) != os.getpid():
                found.append(int(place.name))
    return found


def gone(mark: str, *, within_seconds: float = 3.0) -> bool:
    """Whether they end soon; what has been killed takes a moment to go."""
    until = time.monotonic() + within_seconds
    while processes_with(mark) and time.monotonic() < until:
        time.sleep(0.02)
    return not processes_with(mark)


def resident_bytes() -> int:
    """What this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
