"""Run named commands, some at once, and say how each went: `run_parts.py [--at-once N] NAME COMMAND [NAME COMMAND…]`.

Prints a line with its time as each part ends, and the whole output of one that failed. Ends every process it started,
also on Ctrl-C. Closes with `N passed, N failed`: the tests that the parts counted, a part without a count being one.
"""

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import IO

_COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How a part went."""

    name: str
    exit_code: int
    seconds: float
    output: str

    def counts(self) -> tuple[int, int]:
        """Tests passed and failed, from the part's last lines; at least one failed if the part did."""
        passed = failed = 0
        for line in self.output.splitlines()[-12:]:
            if "Test Files" in line:  # vitest counts those too
                continue
            for number, word in _COUNT.findall(line):
                passed, failed = (passed + int(number), failed) if word == "passed" else (passed, failed + int(number))
        if self.exit_code:
            return passed, max(failed, 1)
        return (passed or 1), 0


class Runner:
    """Starts parts in process groups of their own, so that all can be ended."""

    def __init__(self) -> None:
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, name: str, command: str) -> Outcome:
        """Run one shell command to its end."""
        started = time.monotonic()
        with tempfile.TemporaryFile() as output:
            code = self._run(command, output)
            output.seek(0)
            text = _COLOUR.sub("", output.read().decode(errors="replace"))
        return Outcome(name, code, time.monotonic() - started, text)

    def stop(self) -> None:
        """End whatever still runs, and start nothing more."""
        with self._lock:
            self._stopped = True
            for pid in self._running:
                _end(pid, signal.SIGTERM)

    def _run(self, command: str, output: IO[bytes]) -> int:
        with self._lock:
            if self._stopped:
                return 130
            process = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"NO_COLOR": "1", "FORCE_COLOR": "0"},
            )
            self._running[process.pid] = process
        code = process.wait()
        with self._lock:
            del self._running[process.pid]
        _end(process.pid, signal.SIGKILL)  # what it left behind
        return code


def main() -> int:
    """Run what the command line names; 1 when a part failed, 130 when stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("parts", nargs="+", metavar="NAME COMMAND")
    arguments = parser.parse_args()
    parts = list(zip(arguments.parts[::2], arguments.parts[1::2], strict=True))
    runner = Runner()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it puts into the background ignore it
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    started = time.monotonic()
    try:
        outcomes = _run_all(runner, parts, arguments.at_once)
    except KeyboardInterrupt:
        runner.stop()
        print("stopped", file=sys.stderr)
        return 130
    failed = [outcome.name for outcome in outcomes if outcome.exit_code]
    print(f"{'all':<12} {'failed' if failed else 'ok':<7} {time.monotonic() - started:6.1f} s  {' '.join(failed)}")
    counts = [outcome.counts() for outcome in outcomes]
    print(f"{sum(passed for passed, _ in counts)} passed, {sum(wrong for _, wrong in counts)} failed")
    return int(bool(failed))


def _run_all(runner: Runner, parts: list[tuple[str, str]], at_once: int) -> list[Outcome]:
    outcomes = []

    def run(name: str, command: str) -> Outcome:
        if at_once == 1:
            print(f"{name:<12} …", flush=True)
        return runner.run(name, command)

    with ThreadPoolExecutor(at_once) as pool:
        try:
            for future in as_completed([pool.submit(run, name, command) for name, command in parts]):
                outcomes.append(future.result())
                _report(outcomes[-1])
        except KeyboardInterrupt:
            runner.stop()
            raise
    return outcomes


def _report(outcome: Outcome) -> None:
    word = "failed" if outcome.exit_code else "ok"
    print(f"{outcome.name:<12} {word:<7} {outcome.seconds:6.1f} s", flush=True)
    if outcome.exit_code:
        print(f"--- {outcome.name}: exit code {outcome.exit_code}\n{outcome.output.rstrip()}\n---", flush=True)
    elif "note  " in outcome.output:
        print("\n".join(line for line in outcome.output.splitlines() if line.startswith("note  ")), flush=True)


def _end(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main())
