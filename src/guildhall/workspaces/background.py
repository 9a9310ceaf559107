"""Background: commands that go on while their owner, such as a turn, does something else, and end with it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from guildhall.core.clock import now
from guildhall.core.errors import NotFoundError, RateLimitedError
from guildhall.core.ids import new_id
from guildhall.workspaces.output import Piece
from guildhall.workspaces.running import Ended, RunningCommand
from guildhall.workspaces.sandbox import Sandbox
from guildhall.workspaces.shell import Limits

_MOST_KEPT = 32  # of one owner, those that have ended too


@dataclass(frozen=True)
class BackgroundCommand:
    """A command in the background, and how it stands."""

    id: str
    command: str
    started_at: datetime
    running: RunningCommand = field(repr=False)

    @property
    def ended(self) -> Ended | None:
        """None while it runs."""
        return self.running.ended


class BackgroundCommands:
    """Commands in the background of this process, by owner. They end with the sandbox at the latest."""

    def __init__(self, sandbox: Sandbox, *, most_at_once: int = 8) -> None:
        """`most_at_once` may run for one owner."""
        self._sandbox = sandbox
        self._most = most_at_once
        self._of: dict[str, dict[str, BackgroundCommand]] = {}
        self._starting = asyncio.Lock()

    async def start(
        self, owner: str, command: str, *, root: Path, home: Path, folder: str, network: bool, limits: Limits
    ) -> BackgroundCommand:
        """Start a command for an owner. Raises what `Sandbox.begin` does, and `RateLimitedError` for too many."""
        async with self._starting:
            if sum(known.ended is None for known in self.of(owner)) >= self._most:
                raise RateLimitedError(
                    "too_many_background_commands",
                    f"{self._most} commands run in the background already; stop one first.",
                )
            running = await self._sandbox.begin(
                command, root=root, home=home, folder=folder, network=network, limits=limits
            )
            started = BackgroundCommand(new_id("cmd"), command, now(), running)
            mine = self._of.setdefault(owner, {})
            mine[started.id] = started
            for known in [known for known in mine.values() if known.ended][: max(len(mine) - _MOST_KEPT, 0)]:
                del mine[known.id]
            return started

    def of(self, owner: str) -> list[BackgroundCommand]:
        """The commands of an owner, the oldest first."""
        return list(self._of.get(owner, {}).values())

    def read(self, owner: str, command_id: str, offset: int = 0) -> tuple[Piece, Ended | None]:
        """What a command wrote after the first `offset` bytes, and how it ended if it has."""
        found = self._find(owner, command_id)
        ended = found.ended  # looked at first: what is read afterwards is then all there is
        return found.running.since(offset), ended

    async def stop(self, owner: str, command_id: str) -> Ended:
        """End a command; one that has ended stays as it is."""
        return await self._find(owner, command_id).running.stop()

    async def end(self, owner: str) -> None:
        """End and forget every command of an owner."""
        async with self._starting:
            known = self._of.pop(owner, {})
        await asyncio.gather(*(command.running.stop() for command in known.values()))

    def _find(self, owner: str, command_id: str) -> BackgroundCommand:
        found = self._of.get(owner, {}).get(command_id)
        if found is None:
            raise NotFoundError("command_not_found", "There is no such command in the background.")
        return found
