"""Stdio: a server that is a program in the sandbox of a workspace; messages are lines of its input and output."""

import asyncio
import shlex
import shutil
from collections.abc import Coroutine, Mapping
from pathlib import Path

from guildhall.core.errors import AppError
from guildhall.mcp import wire
from guildhall.mcp.errors import McpError
from guildhall.mcp.wire import Message
from guildhall.workspaces.running import RunningCommand
from guildhall.workspaces.sandbox import Sandbox
from guildhall.workspaces.shell import Limits

# It lives as long as it is used; what it may take is what a command may take.
_LIMITS = Limits(seconds=12 * 3600.0, cpu_seconds=12 * 3600, memory_bytes=2 * 2**30, output_bytes=4096)
# Variables come as lines before the first message, so that nobody sees them among the arguments of a process.
_SETTING = 'while IFS= read -r REPLY && [ -n "$REPLY" ]; do export "$REPLY"; done'
_NOT_JSON = "It wrote what is no message: "


class Program:
    """A link to a program."""

    def __init__(
        self,
        sandbox: Sandbox,
        command: str,
        secrets: Mapping[str, str],
        root: Path,
        home: Path,
        *,
        network: bool,
        passing: Path | None = None,
    ) -> None:
        """`passing` is a folder that goes with it."""
        self._passing = passing
        self._sandbox, self._command, self._secrets = sandbox, command, secrets
        self._root, self._home, self._network = root, home, network
        self._running: RunningCommand | None = None
        self._waiting: dict[object, asyncio.Future[Message]] = {}
        self._line = bytearray()
        self._is_too_long = False
        self._rubbish = ""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether it runs."""
        return self._running is not None and self._running.ended is None

    async def open(self) -> None:
        """Start it."""
        try:
            self._running = await self._sandbox.begin(
                f"{_SETTING}\neval {shlex.quote(self._command)}",
                root=self._root,
                home=self._home,
                network=self._network,
                limits=_LIMITS,
                hear=self._hear,
            )
        except AppError as error:
            raise McpError(error.message) from None
        self._do(self._until_the_end(self._running))
        await self._say("".join(f"{name}={value}\n" for name, value in self._secrets.items()).encode() + b"\n")

    async def ask(self, request: Message) -> Message:
        """Say it, and wait for the answer of the same number."""
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[request["id"]] = answer
        try:
            await self.tell(request)
            return await answer
        finally:
            self._waiting.pop(request["id"], None)

    async def tell(self, notification: Message) -> None:
        """Say it."""
        await self._say(wire.written(notification) + b"\n")

    def agreed(self, version: str) -> None:
        """Nothing changes with the version."""

    @property
    def hint(self) -> str:
        """What may explain that it does not answer."""
        return self._rubbish

    async def close(self) -> None:
        """End it, with all it began."""
        if self._running is not None:
            await self._running.stop()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._passing is not None:
            await asyncio.to_thread(shutil.rmtree, self._passing, ignore_errors=True)

    async def _say(self, words: bytes) -> None:
        try:
            if self._running is None:
                raise BrokenPipeError
            await self._running.tell(words)
        except OSError:
            raise McpError(self._last_words(), is_lost=True) from None

    def _hear(self, chunk: bytes) -> None:
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._line += line
            self._take(bytes(self._line))
            self._line.clear()
            self._is_too_long = False
        if not self._is_too_long:
            self._line += rest
        if len(self._line) > wire.MOST_BYTES:
            self._line.clear()
            self._is_too_long = True
            self._fail(McpError(f"It answered with more than {wire.MOST_BYTES // 2**20} MB."))

    def _take(self, line: bytes) -> None:
        messages = [] if self._is_too_long else wire.read(line)
        if not messages and line.strip() and not self._is_too_long:
            self._rubbish = _NOT_JSON + line[:200].decode(errors="replace").replace("\0", "")
        for message in messages:
            if "method" in message:
                if "id" in message:
                    self._do(self._reply(message))
            else:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        known = message.get("id")
        answer = self._waiting.get(known) if isinstance(known, int) else None
        if answer is not None and not answer.done():
            answer.set_result(message)

    async def _reply(self, request: Message) -> None:
        try:
            await self.tell(wire.reply_to(request))
        except McpError:
            return

    async def _until_the_end(self, running: RunningCommand) -> None:
        await running.wait()
        self._fail(McpError(self._last_words(), is_lost=True))

    def _fail(self, error: McpError) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(error)

    def _last_words(self) -> str:
        ended = self._running.ended if self._running is not None else None
        said = self._running.output.text.strip()[-300:] if self._running is not None else ""
        how = f"The program ended with exit code {ended.exit_code}" if ended else "The program does not listen"
        return f"{how}: {said or self._rubbish}" if said or self._rubbish else f"{how}."

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
