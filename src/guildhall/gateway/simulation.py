"""Simulation: the simulator's process, kept running while an enabled channel needs it.

It ends with its parent even on kill -9, because it watches a pipe that only the parent holds open.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator

import structlog

from guildhall.core.tasks import end

_COMMAND = (sys.executable, "-m", "guildhall.simulator", "--port", "0", "--exit-with-parent")
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_STOP_SECONDS = 3.0
_ANNOUNCEMENT = "listening on "
_log = structlog.get_logger("guildhall.simulator")


class SimulatorProcess:
    """At most one simulator, restarted with growing pauses when it dies; `url` is None while there is none."""

    def __init__(self, given_url: str, *, on_change: Callable[[], None]) -> None:
        """With a `given_url` that simulator is used and no process is ever started."""
        self._given_url = given_url.rstrip("/").removesuffix("/v1")
        self._on_change = on_change
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._holders = 0
        self._is_up = asyncio.Event()
        self._url: str | None = None

    @property
    def url(self) -> str | None:
        """Its address, without the `/v1`."""
        return self._given_url or self._url

    def want(self, *, wanted: bool) -> None:
        """Have it run, or let it end."""
        self._is_wanted = wanted
        self._follow()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Have it run meanwhile, whether or not a channel wants it."""
        self._holders += 1
        self._follow()
        try:
            yield
        finally:
            self._holders -= 1
            self._follow()

    async def wait_until_up(self, seconds: float) -> None:
        """Wait for a simulator that is starting; comes back in any case."""
        if self.url is None and self._task is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._is_up.wait()

    async def stop(self) -> None:
        """End it and wait for its end."""
        task, self._task = self._task, None
        if task is not None:
            await end(task)

    def _follow(self) -> None:
        if self._given_url:
            return
        is_needed = self._is_wanted or self._holders > 0
        if is_needed and self._task is None:
            self._task = asyncio.create_task(self._keep_running(), name="simulator")
        elif not is_needed and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _keep_running(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                await self._run()
            except OSError as error:
                _log.warning("simulator_not_started", reason=str(error))
            pause = _FIRST_PAUSE_SECONDS if loop.time() - started > _STEADY_SECONDS else pause
            _log.warning("simulator_ended", restart_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _run(self) -> None:
        """One life of the process."""
        process = await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            output = process.stdout
            while output is not None and (line := await output.readline()):
                text = line.decode(errors="replace").strip()
                if text.startswith(_ANNOUNCEMENT):
                    self._announce(text.removeprefix(_ANNOUNCEMENT))
            await process.wait()
        finally:
            self._announce(None)
            await _end(process)

    def _announce(self, url: str | None) -> None:
        if url == self._url:
            return
        self._url = url
        if url:
            self._is_up.set()
        else:
            self._is_up.clear()
        self._on_change()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close its input, which it takes as the end; insist when it does not."""
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
