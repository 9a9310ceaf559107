"""Load: wrk on the core that the gateway does not use, and what a round of it cost."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import MODEL, Contender
from bench.machine import LOAD_CORE


class LoadError(RuntimeError):
    """A round with errors proves nothing."""


@dataclass(frozen=True)
class Round:
    """One contender under load for some seconds."""

    calls: int
    calls_per_second: float
    cpu_us: float
    """CPU time per call, in microseconds."""
    p50_ms: float


def measure(contender: Contender, folder: Path, *, connections: int, seconds: int) -> Round:
    """One round. Raises `LoadError` when any call fails."""
    script = folder / f"{contender.name}.lua"
    script.write_text(_script(contender.key))
    command = [
        "taskset",
        "-c",
        str(LOAD_CORE),
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        "--timeout",
        "30s",
    ]
    before = contender.process.cpu_seconds()
    done = subprocess.run(
        [*command, "-s", script, contender.chat], capture_output=True, text=True, check=True, timeout=seconds + 60
    )
    cpu = contender.process.cpu_seconds() - before
    return _read(contender.name, done.stdout, cpu)


def _script(key: str) -> str:
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "Say hello, please."}]})
    return "\n".join(
        (
            'wrk.method = "POST"',
            f"wrk.body = '{body}'",
            'wrk.headers["content-type"] = "application/json"',
            f'wrk.headers["authorization"] = "Bearer {key}"',
        )
    )


def _read(name: str, output: str, cpu: float) -> Round:
    calls = int(_found(r"(\d+) requests in", output))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", output)
    if failed or not calls:
        raise LoadError(f"{name}: calls failed under load:\n{output}")
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", output))
    value, unit = re.findall(r"50%\s+([\d.]+)(us|ms|s)\b", output)[0]
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return Round(calls, rate, cpu / calls * 1e6, float(value) * scale)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise LoadError(f"wrk said something unexpected:\n{text}")
    return match[1]
