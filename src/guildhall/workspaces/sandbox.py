"""Sandbox: run a command in a workspace's folder, kept apart from the rest of the machine.

    async with sandbox.start("make test", root=root, home=home, folder="project") as command:
        async for text in command:
            ...
        ended = await command.wait()

The command sees its workspace as `isolation.workspace(root)`, a home that stays, and the machine's programs; it has no
network unless it is given one. When the block ends, so does the command, with all that it began.
"""

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from prometheus_client import Counter, Gauge

from guildhall.core.errors import BadRequestError, RateLimitedError, UnavailableError
from guildhall.core.metrics import Metrics
from guildhall.core.settings import Settings
from guildhall.workspaces import bubblewrap, folders, isolation, leftovers, shell, spawning, weights
from guildhall.workspaces.isolation import Isolation, Level
from guildhall.workspaces.running import RunningCommand
from guildhall.workspaces.shell import Limits

_log = structlog.get_logger("guildhall.commands")
_MOST_AT_ONCE = 64  # commands of this process
_WEIGHED_SECONDS = 1.0


class Sandbox:
    """Where commands run. `probe` it before anything else."""

    def __init__(
        self,
        settings: Settings,
        limits: Callable[[], Limits] = Limits,
        *,
        metrics: Metrics | None = None,
        found: Isolation | None = None,
    ) -> None:
        """`limits` are what a command may use, as configured at the moment; what was `found` need not be tried."""
        self._settings = settings
        self._limits = limits
        self._found = found
        self._probing: asyncio.Task[Isolation] | None = None
        self._ended = _expose(self, metrics or Metrics())
        self._running: set[RunningCommand] = set()
        self._starting = 0
        self._is_stopping = False
        self._weighing: asyncio.Task[None] | None = None

    @property
    def is_isolated(self) -> bool:
        """Whether commands can't reach the rest of the machine; False as long as nobody has looked."""
        return self._found is not None and self._found.is_isolated

    @property
    def running(self) -> int:
        """How many commands run now."""
        return len(self._running)

    @property
    def level(self) -> Level | None:
        """How commands run here; None as long as nobody has looked."""
        return None if self._found is None else self._found.level

    @property
    def words(self) -> str | None:
        """The same in one sentence, with the reason."""
        return None if self._found is None else self._found.words

    async def probe(self) -> Isolation:
        """What keeps commands apart here, and why not more; tried once, and what a killed server left is ended."""
        if self._found is None:
            if self._probing is None or self._probing.done():
                self._probing = asyncio.create_task(_probe(self._settings), name="sandbox-trial")
            self._found = await asyncio.shield(self._probing)  # for all who wait, whoever of them gives up
        return self._found

    async def stop(self) -> None:
        """End every command, and begin no other."""
        self._is_stopping = True
        await asyncio.gather(*(command.stop() for command in self._running))
        if self._probing is not None:
            await asyncio.wait([self._probing])

    @asynccontextmanager
    async def start(
        self,
        command: str,
        *,
        root: Path,
        home: Path,
        folder: str = "",
        environment: Mapping[str, str] | None = None,
        network: bool = False,
        limits: Limits | None = None,
    ) -> AsyncIterator[RunningCommand]:
        """`begin` a command that ends with the block at the latest."""
        running = await self.begin(
            command, root=root, home=home, folder=folder, environment=environment, network=network, limits=limits
        )
        try:
            yield running
        finally:
            await asyncio.shield(running.stop())

    async def begin(
        self,
        command: str,
        *,
        root: Path,
        home: Path,
        folder: str = "",
        environment: Mapping[str, str] | None = None,
        network: bool = False,
        limits: Limits | None = None,
        hear: Callable[[bytes], None] | None = None,
    ) -> RunningCommand:
        """Start a command that the caller has to stop; with `hear`, one to hold a dialogue with.

        `root` is the workspace's folder of files and `home` its home beside it, which is made; `folder` is where to
        begin, relative to the root. Raises `BadRequestError` for a command or folder that can't be, and
        `UnavailableError` where commands are refused or can't be started.
        """
        found = await self._admit()
        self._starting += 1
        begin = self._begin(
            found, command, root, home, folder, environment or {}, limits or self._limits(), hear, network=network
        )
        try:
            running = await _unless_cancelled(asyncio.ensure_future(begin))
        except OSError as error:
            raise UnavailableError(
                "command_not_started", f"The command can't be started: {error.strerror or error}."
            ) from error
        finally:
            self._starting -= 1
        if self._is_stopping:  # since it was admitted; `stop` did not see it
            await asyncio.shield(running.stop())
            raise _stopping()
        await _until_begun(running)
        return running

    async def _admit(self) -> Isolation:
        """How commands run here, if one more may."""
        found = await self.probe()
        if found.level == "refused":
            raise UnavailableError("commands_refused", "Commands can't run on this server: it has no sandbox for them.")
        if self._is_stopping:
            raise _stopping()
        if len(self._running) + self._starting >= _MOST_AT_ONCE:
            raise RateLimitedError("too_many_commands", "Too many commands are running; try again later.")
        return found

    async def _begin(
        self,
        found: Isolation,
        command: str,
        root: Path,
        home: Path,
        folder: str,
        environment: Mapping[str, str],
        limits: Limits,
        hear: Callable[[bytes], None] | None,
        *,
        network: bool,
    ) -> RunningCommand:
        root, home, start = await asyncio.to_thread(_places, root, home, folder)
        seen = bubblewrap.WORKSPACE if found.profile else str(root)
        program = shutil.which("bash", path=bubblewrap.SEARCHED) or "/bin/sh"
        try:
            script = shell.script(program, command, f"{seen}/{start}", environment, limits, is_dialogue=bool(hear))
        except ValueError as error:
            raise BadRequestError("command_not_valid", str(error), param="command") from None
        if found.profile:
            await asyncio.to_thread(found.profile.prepare, root, home)
        mark = secrets.token_hex(16)
        process, reading, reporting = await spawning.spawn(
            found, root, home, (program, "-c", script), mark, network=network
        )

        async def settle(report: str) -> str:
            return await asyncio.to_thread(folders.reported, root, seen, report, start)

        async def sweep() -> None:
            await self._sweep(running, None if found.profile else mark)

        running = RunningCommand(
            process, reading=reading, reporting=reporting, limits=limits, settle=settle, sweep=sweep, hear=hear
        )
        self._running.add(running)
        if self._weighing is None or self._weighing.done():
            self._weighing = asyncio.create_task(self._weigh(), name="command-weights")
        return running

    async def _sweep(self, running: RunningCommand, mark: str | None) -> None:
        """A command has ended; without a sandbox, what bears its mark may still run."""
        self._running.discard(running)
        self._ended.labels(running.reason).inc()
        if mark:
            await asyncio.to_thread(leftovers.end, mark)

    async def _weigh(self) -> None:
        """End commands whose processes hold too much memory together, as long as there are commands."""
        while self._running:
            by_process = {command.first_process: command for command in self._running}
            limits = {number: command.limits.memory_bytes for number, command in by_process.items()}
            for number in await asyncio.to_thread(weights.heaviest, limits):
                await by_process[number].stop("out_of_memory")
            await asyncio.sleep(_WEIGHED_SECONDS)


async def _probe(settings: Settings) -> Isolation:
    await asyncio.to_thread(leftovers.end_orphans)
    return await isolation.find(settings)


def _stopping() -> UnavailableError:
    return UnavailableError("command_not_started", "The server is stopping.")


async def _unless_cancelled(beginning: asyncio.Future[RunningCommand]) -> RunningCommand:
    """A process that is half made can't be ended with all it began; so it is made, and then ended."""
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        await asyncio.shield(_end(beginning))
        raise


async def _end(beginning: asyncio.Future[RunningCommand]) -> None:
    with contextlib.suppress(OSError, BadRequestError):
        await (await beginning).stop()


async def _until_begun(running: RunningCommand) -> None:
    """Wait until the command itself runs. Raises `UnavailableError` when it never did; the log says why."""
    try:
        has_begun = await running.has_begun()
    except asyncio.CancelledError:  # nobody would stop it
        await asyncio.shield(running.stop())
        raise
    if not has_begun:
        _log.error("command_not_started", reason=running.complaint)  # it may name places of the server
        raise UnavailableError("command_not_started", "The command can't be started.")


def _expose(sandbox: Sandbox, metrics: Metrics) -> Counter:
    """Register the figures of commands; the counter is of those that ended."""
    registry = metrics.registry
    isolated = Gauge("guildhall_commands_isolated", "1 if commands run in a sandbox, else 0.", registry=registry)
    isolated.set_function(lambda: float(sandbox.is_isolated))
    running = Gauge("guildhall_commands_running", "Commands that run now.", registry=registry)
    running.set_function(lambda: sandbox.running)
    return Counter("guildhall_commands_total", "Commands ended, by reason.", ["reason"], registry=registry)


def _places(root: Path, home: Path, folder: str) -> tuple[Path, Path, str]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = root.resolve(strict=True)
    return root, home.resolve(), folders.existing(root, folder)
