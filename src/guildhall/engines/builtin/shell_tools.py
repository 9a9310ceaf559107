"""Tools for commands: bash in the sandbox, with a folder that stays, and commands in the background."""

import re
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from guildhall.core.ids import new_id
from guildhall.engines import commands
from guildhall.engines.api import NETWORKED, ToolOutput, ToolUse
from guildhall.engines.builtin.desk import Desk
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.workspaces.background import BackgroundCommands
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.running import Ended
from guildhall.workspaces.sandbox import Sandbox

_MOST_LIVE_CHARACTERS = 100_000  # told while a command runs; its end is told whole, as far as that goes
_ENDING = re.compile(r"\[[^\[\]]+ · folder (?P<folder>.+)\]")


class BashArguments(Arguments):
    """What `bash` takes."""

    command: str = Field(min_length=1, max_length=20_000, pattern=r"\S", description="What the shell is to run.")
    description: str = Field("", max_length=200, description="What it is for, in a few words, for the person.")
    timeout_seconds: int | None = Field(None, ge=1, description="When to end it, if not after the usual time.")
    background: bool = Field(
        False, description="Go on without waiting for its end, as with a server; look at it with `bash_output`."
    )


class NetworkedArguments(BashArguments):
    """What `bash` takes where commands may have the network."""

    network: bool = Field(
        False,
        description="Give it the network, to fetch or install something; the person is asked for that each time.",
    )


class OutputArguments(Arguments):
    """What `bash_output` takes."""

    id: str = Field(max_length=100, description="The id that `bash` gave.")
    stop: bool = Field(False, description="End the command as well.")


@dataclass
class ShellTools:
    """The tools for commands at one desk. Inside `open`, what runs in the background runs on; leaving ends it."""

    desk: Desk
    sandbox: Sandbox
    background: BackgroundCommands
    policy: Callable[[], CommandPolicy]
    folder: str = ""
    """Where the next command begins, relative to the workspace."""
    _owner: str = field(default_factory=lambda: new_id("own"))
    """Whose the commands in the background are: an agent's, not the turn's, in which sub-agents have their own."""
    _read: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Of each command in the background, by the name that the model knows: its id, and how much has been read."""

    def tools(self) -> list[Tool]:
        """`bash` and `bash_output`."""
        may_network = self.policy().network
        network = "with no network unless you ask for it" if may_network else "without network"
        return [
            Tool(
                "bash",
                "run",
                f"Run a command in the workspace with bash, {network} and kept apart from the machine. The folder "
                "stays for the next command; variables do not. For files prefer the tools made for them.",
                NetworkedArguments if may_network else BashArguments,
                self._plan_bash,
            ),
            Tool(
                "bash_output",
                "read",
                "See what a command in the background has written since you last looked, and end it if you wish.",
                OutputArguments,
                self._plan_output,
            ),
        ]

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None, None]:
        """While the turn lasts."""
        try:
            yield
        finally:
            await self.background.end(self._owner)
            if self._read:
                await self.desk.look()

    async def _plan_bash(self, asked: BashArguments) -> Plan:
        found = commands.split(asked.command)
        details: dict[str, Any] = {"command": asked.command, "folder": self.folder or "."}
        if asked.description:
            details["reason"] = asked.description
        before = ""
        if _wants_network(asked):
            details["network"], before = True, NETWORKED

        async def perform(running: Running) -> Result:
            await self.desk.prepare()
            return await (self._begin(asked) if asked.background else self._run(asked, running))

        patterns, suggestions = (
            tuple(f"{before}{each}" for each in some) for some in (found.patterns, found.suggestions)
        )
        return Plan(Asking(patterns, suggestions, details, found.is_opaque), perform)

    def _network(self, asked: BashArguments) -> bool:
        """Whether the command gets it. Raises `ToolFailure` where it may not, as of this moment."""
        if _wants_network(asked) and not self.policy().network:
            raise ToolFailure("Commands have no network here: an admin has switched that off.")
        return _wants_network(asked)

    async def _run(self, asked: BashArguments, running: Running) -> Result:
        root, home = await self.desk.grounds()
        limits = self.policy().limits(asked.timeout_seconds)
        left = _MOST_LIVE_CHARACTERS
        try:
            async with self.sandbox.start(
                asked.command, root=root, home=home, folder=self.folder, network=self._network(asked), limits=limits
            ) as command:
                async for text in command:
                    if left > 0:
                        running.emit(ToolOutput(running.id, text[:left]))
                    left -= len(text)
                ended = await command.wait()
        finally:
            paths = await self.desk.look()
        self.folder = ended.folder
        output = f"{command.output.text.rstrip()}\n{_ending(ended)}".lstrip()
        details = {"exit_code": ended.exit_code, "paths": paths, "truncated": bool(command.output.left_out)}
        return Result(output, details, is_failed=ended.exit_code != 0)

    async def _begin(self, asked: BashArguments) -> Result:
        root, home = await self.desk.grounds()
        policy = self.policy()
        begun = await self.background.start(
            self._owner,
            asked.command,
            root=root,
            home=home,
            folder=self.folder,
            network=self._network(asked),
            limits=policy.limits(asked.timeout_seconds or policy.longest_seconds),
        )
        name = f"bg{len(self._read) + 1}"
        self._read[name] = (begun.id, 0)
        return Result(f"Runs in the background as {name}. It ends with your turn.")

    async def _plan_output(self, asked: OutputArguments) -> Plan:
        async def perform(_: Running) -> Result:
            if asked.id not in self._read:
                raise ToolFailure(f"No command {asked.id!r} runs in the background of this turn.")
            command_id, offset = self._read[asked.id]
            if asked.stop:
                await self.background.stop(self._owner, command_id)
            paths = await self.desk.look()
            pieces = []
            while True:
                piece, ended = self.background.read(self._owner, command_id, offset)
                if not piece.text and not piece.left_out:
                    break
                offset = piece.next_offset
                pieces.append((f"[{piece.left_out:,} bytes left out]\n" if piece.left_out else "") + piece.text)
            self._read[asked.id] = (command_id, offset)
            state = "[still running]" if ended is None else f"[{_how(ended)}]"
            return Result(f"{''.join(pieces).rstrip()}\n{state}".lstrip(), {"paths": paths})

        return Plan(Asking((asked.id,)), perform)


def _wants_network(asked: BashArguments) -> bool:
    return isinstance(asked, NetworkedArguments) and asked.network


def folder_in(uses: Iterable[ToolUse]) -> str:
    """The folder in which the last command of a conversation ended."""
    folder = ""
    for use in uses:
        found = _ENDING.fullmatch(use.output.rpartition("\n")[2]) if use.name == "bash" else None
        if found:
            folder = "" if found["folder"] == "." else found["folder"]
    return folder


def _ending(ended: Ended) -> str:
    """The last line of what `bash` tells: from it, the folder is known in later turns too."""
    return f"[{_how(ended)} · folder {ended.folder or '.'}]"


def _how(ended: Ended) -> str:
    return {
        "exited": f"exit code {ended.exit_code}",
        "timed_out": f"timed out after {ended.seconds:.0f} s",
        "stopped": "stopped",
        "out_of_memory": "ended: it took too much memory",
    }[ended.reason]
