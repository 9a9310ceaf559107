"""The machine: processes pinned to a core, stopped by their ids, and the CPU time they have used."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

GATEWAY_CORE = 0
LOAD_CORE = 1
_START_SECONDS = 90.0


class NotReadyError(RuntimeError):
    """A server did not come up; the message ends with its output."""


class Process:
    """A child in a process group of its own, pinned to one core."""

    def __init__(
        self, command: Sequence[str | Path], *, core: int, log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["taskset", "-c", str(core), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **(env or {})},
            )

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def cpu_seconds(self) -> float:
        """CPU time of the process and all its descendants so far."""
        return sum(_nanoseconds(pid) for pid in _family(self._process.pid)) / 1e9

    def resident_bytes(self) -> int:
        """Memory of the process and all its descendants now."""
        return sum(_resident(pid) for pid in _family(self._process.pid))

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait until it is ready. Raises `NotReadyError`."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.is_running:
            if is_ready():
                return
            time.sleep(0.1)
        raise NotReadyError(f"not ready:\n{self.log.read_text(errors='replace')[-3000:]}")

    def ask_to_stop(self, seconds: float) -> bool:
        """SIGTERM to the process itself; whether it has ended with 0 in time."""
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds) == 0
        return False

    def stop(self) -> None:
        """End it and whatever it started."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)


@contextlib.contextmanager
def running(process: Process, is_ready: Callable[[], bool]) -> Iterator[Process]:
    """The process, ready, for as long as the context lasts."""
    try:
        process.wait_until(is_ready)
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether a server answers at `url`, whatever it says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def listens(port: int) -> bool:
    """Whether somebody takes connections at a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def _nanoseconds(pid: int) -> int:
    total = 0
    for schedule in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(schedule.read_text().split()[0])
    return total


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
