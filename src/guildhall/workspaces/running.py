"""Running: one command that has been started; what it writes is always read, whether somebody listens or not."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from guildhall.workspaces import bubblewrap
from guildhall.workspaces.output import Output, Piece, left_out_line
from guildhall.workspaces.shell import BEGUN, Limits

Reason = Literal["exited", "timed_out", "stopped", "out_of_memory"]
_BEGUN = f"{BEGUN}\n".encode()
_LAST_WORDS_SECONDS = 2.0  # how long what was written before the end may take to arrive
_LONGEST_REPORT = 8192


@dataclass(frozen=True)
class Ended:
    """How a command ended. `exit_code` is 128 and the number of the signal where one ended it.

    `folder` is where it ended, relative to the workspace's root, for the next command.
    """

    exit_code: int
    reason: Reason
    folder: str
    seconds: float


class RunningCommand:
    """A command under way: iterate for its text as it comes, `wait` for its end, `stop` it with all it began."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        *,
        reading: int,
        reporting: int,
        limits: Limits,
        settle: Callable[[str], Awaitable[str]],
        sweep: Callable[[], Awaitable[None]],
        hear: Callable[[bytes], None] | None = None,
    ) -> None:
        """`reading` and `reporting` are descriptors that it closes.

        `settle` makes the folder of what the command reported; `sweep` ends what is left of it. In a dialogue `hear`
        gets what the command says, and `output` keeps only its complaints.
        """
        self.limits = limits
        self.output = Output(limits.output_bytes)
        self.ended: Ended | None = None
        self.reason: Reason = "exited"  # what it will have ended by
        self._process = process
        self._settle = settle
        self._sweep = sweep
        self._hear = hear
        self._began = monotonic()
        self._news = asyncio.Event()
        self._report = bytearray()
        self._is_over = False
        self._sandboxed: int | None = None  # the process of the sandbox from which its others descend, as a descriptor
        self._readers = (
            asyncio.create_task(_read(reading, self._take), name="command-output"),
            asyncio.create_task(_read(reporting, self._note), name="command-report"),
        )
        self._watch = asyncio.create_task(self._until_the_end(limits.seconds), name="command")

    @property
    def first_process(self) -> int:
        """The number of the process from which all of its others descend."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self.ended is None else self.ended.exit_code

    def since(self, offset: int = 0) -> Piece:
        """What it has written after the first `offset` bytes."""
        return self.output.since(offset)

    async def __aiter__(self) -> AsyncIterator[str]:
        """Its text as it comes; past the first half of what is kept, the rest follows at its end."""
        offset = 0
        while True:
            is_last, seen = self.ended is not None, self.output.total_bytes
            piece = self.output.since(offset)
            offset = piece.next_offset
            if piece.left_out:
                yield left_out_line(piece.left_out)
            if piece.text:
                yield piece.text
            elif is_last:
                return
            if offset < self.output.head_bytes:
                await self._until(lambda: self.ended is not None or self.output.total_bytes > seen)  # noqa: B023
            else:
                await self._until(lambda: self.ended is not None)

    async def has_begun(self) -> bool:
        """Wait until the command itself runs; False when it ended before that, and `complaint` says why."""
        await self._until(lambda: self.ended is not None or _BEGUN in self._report)
        return _BEGUN in self._report or self.reason != "exited"

    @property
    def complaint(self) -> str:
        """What was reported before the command itself ran."""
        return bubblewrap.complaint(bytes(self._before)).decode(errors="replace").strip()

    @property
    def _before(self) -> bytearray:
        return self._report.partition(_BEGUN)[0]

    async def wait(self) -> Ended:
        """Wait for its end. Giving up waiting does not stop it."""
        return await asyncio.shield(self._watch)

    async def stop(self, reason: Reason = "stopped") -> Ended:
        """End it, and all that it began, now."""
        if self._process.returncode is None and self.reason == "exited":
            self.reason = reason
            self._kill()
        return await self.wait()

    async def tell(self, words: bytes) -> None:
        """Say something to a command in a dialogue. Raises `OSError` when it does not listen any more."""
        writing = self._process.stdin
        if writing is None or writing.is_closing():
            raise BrokenPipeError("The command has ended.")
        writing.write(words)
        await writing.drain()

    async def _until_the_end(self, seconds: float) -> Ended:
        try:
            await asyncio.wait_for(asyncio.shield(ended := asyncio.ensure_future(self._process.wait())), seconds)
        except TimeoutError:
            self.reason = "timed_out"
            self._kill()
            await ended
        return await self._finish()

    async def _finish(self) -> Ended:
        self._kill()
        await self._sweep()
        await asyncio.wait(self._readers, timeout=_LAST_WORDS_SECONDS)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self._sandboxed is not None:
            await _buried(self._sandboxed)
            os.close(self._sandboxed)
            self._sandboxed = None
        code = self._process.returncode or 0
        self.output.close()
        self.ended = Ended(
            exit_code=128 - code if code < 0 else code,
            reason=self.reason,
            folder=await self._settle(self._report.decode(errors="surrogateescape")),
            seconds=monotonic() - self._began,
        )
        self._news.set()
        return self.ended

    def _kill(self) -> None:
        """End the first process with its group, and the sandbox's own first one, which ends all that is in it."""
        self._is_over = True
        self._say_go(go=False)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._sandboxed is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._sandboxed, signal.SIGKILL)

    def _say_go(self, *, go: bool) -> None:
        """The script waits for this line, or ends with its input."""
        if (writing := self._process.stdin) and not writing.is_closing():
            if go:
                writing.write(b"\n")
            if not go or self._hear is None:
                writing.close()

    def _take(self, chunk: bytes) -> None:
        (self._hear or self.output.append)(chunk)
        self._news.set()

    def _note(self, chunk: bytes) -> None:
        if self._hear is not None and _BEGUN in self._report:
            self.output.append(chunk)
            return
        self._report = (self._report + chunk)[:_LONGEST_REPORT]
        if self._sandboxed is None and (number := bubblewrap.begun_process(self._before)):
            self._sandboxed = _descriptor_of(number)
        if self._is_over:
            self._kill()
        elif _BEGUN in self._report:
            self._say_go(go=True)
        self._news.set()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._news.clear()
            await self._news.wait()


def _descriptor_of(number: int) -> int | None:
    with contextlib.suppress(OSError):  # it has ended, or this system has no such descriptors
        return os.pidfd_open(number)
    return None


async def _buried(descriptor: int) -> None:
    """Wait a moment until a process has ended; where it has become the server's own child, it is taken off the list.

    Bubblewrap ends before what it began, which then falls to the first process there is. In a container that is the
    server, and every command would leave a dead one behind until there is room for no other.
    """
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, over.set)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await over.wait()
    finally:
        loop.remove_reader(descriptor)
    with contextlib.suppress(OSError):  # somebody else's child
        os.waitid(os.P_PIDFD, descriptor, os.WEXITED | os.WNOHANG)  # noqa: ASYNC222 - it does not wait


class _Pipe(asyncio.Protocol):
    """Hands on what comes through a pipe, until it is closed."""

    def __init__(self, take: Callable[[bytes], None], closed: asyncio.Future[None]) -> None:
        self._take = take
        self._closed = closed

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)


async def _read(descriptor: int, take: Callable[[bytes], None]) -> None:
    loop = asyncio.get_running_loop()
    closed: asyncio.Future[None] = loop.create_future()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: _Pipe(take, closed), pipe)
    try:
        await closed
    finally:
        transport.close()
