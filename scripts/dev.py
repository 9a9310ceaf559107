"""Run the server, restarted when its Python changes, beside the web app's development server; Ctrl-C stops both."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "guildhall"
_LOOK_SECONDS = 0.5


def main() -> int:
    """Run until Ctrl-C, or until the web app's server ends; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    server = _start(_server())
    web = _start(["npm", "run", "--silent", "dev"], folder=ROOT / "web")
    seen = _state()
    try:
        while web.poll() is None:
            time.sleep(_LOOK_SECONDS)
            if (state := _state()) != seen:
                seen = state
                print("Python changed: restarting the server", file=sys.stderr)
                _stop(server)
                server = _start(_server())
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(web)
        _stop(server)
    return web.returncode


def _server() -> list[str]:
    return [str(Path(sys.executable).parent / "guildhall"), "serve"]


def _state() -> dict[Path, int]:
    """Every Python file of the server with the time of its last change."""
    state = {}
    for path in SOURCES.rglob("*.py"):
        with contextlib.suppress(FileNotFoundError):
            state[path] = path.stat().st_mtime_ns
    return state


def _start(command: Sequence[str], folder: Path = ROOT) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process and all it started to end; after a few seconds, end them."""
    for number, patience_seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
            return


if __name__ == "__main__":
    sys.exit(main())
