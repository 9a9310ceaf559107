"""Child processes of the tests: started in a group of their own, stopped by process id, with their output kept."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


class DidNotStartError(RuntimeError):
    """A server did not become ready; the message ends with its output."""


@dataclass
class Child:
    """A running process and the file that holds its output."""

    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """Everything it has printed so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End it as a power cut would, children included."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, how: signal.Signals = signal.SIGTERM, timeout_seconds: float = 20) -> int:
        """Ask it to end, wait, and return its exit code; kill what is left of its group."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout_seconds)
        self.kill()
        return self.process.returncode


def start(
    command: Sequence[str | Path], log: Path, *, env: Mapping[str, str] | None = None, as_nobody: bool = False
) -> Child:
    """Start `command` in a process group of its own with its output in `log`."""
    identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_nobody else {}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=log.parent,
            start_new_session=True,
            **identity,  # type: ignore[call-overload]
        )
    return Child(process, log)


@contextlib.contextmanager
def running(child: Child, how: signal.Signals = signal.SIGTERM) -> Iterator[Child]:
    """`child` for the length of a block, stopped whatever happens in it."""
    try:
        yield child
    finally:
        child.stop(how)


def wait_until(ready: Callable[[], bool], child: Child, timeout_seconds: float = 30) -> None:
    """Return once `ready()` is true. Raises `DidNotStartError` when the process ends first or takes too long."""
    deadline = time.monotonic() + timeout_seconds
    while not ready():
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStartError(f"{child.process.args!r} did not become ready:\n{child.output()[-4000:]}")
        time.sleep(0.01)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
