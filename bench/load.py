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
    p99_ms: float


def measure(
    contender: Contender, folder: Path, *, connections: int, seconds: int, prompt: str = "Say hello, please."
) -> Round:
    """One round. Raises `LoadError` when any call fails."""
    command = command_of(contender, folder, connections=connections, seconds=seconds, prompt=prompt)
    before = contender.process.cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    cpu = contender.process.cpu_seconds() - before
    return _read(contender.name, done.stdout, cpu)


def command_of(
    contender: Contender, folder: Path, *, connections: int, seconds: int, prompt: str = "Say hello, please."
) -> list[str | Path]:
    """What puts a contender under load."""
    script = folder / f"{contender.name}.lua"
    script.write_text(_script(contender, prompt))
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    return ["taskset", "-c", str(LOAD_CORE), "wrk", *options, "-s", script, contender.chat]


def _script(contender: Contender, prompt: str) -> str:
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}]})
    headers = {"content-type": "application/json", "authorization": f"Bearer {contender.key}", **contender.headers}
    return "\n".join(
        (
            'wrk.method = "POST"',
            f"wrk.body = '{body}'",
            *(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()),
        )
    )


def _read(name: str, output: str, cpu: float) -> Round:
    calls = int(_found(r"(\d+) requests in", output))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", output)
    if failed or not calls:
        raise LoadError(f"{name}: calls failed under load:\n{output}")
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", output))
    return Round(calls, rate, cpu / calls * 1e6, _milliseconds("50%", output), _milliseconds("99%", output))


def _milliseconds(share: str, output: str) -> float:
    value, unit = re.findall(rf"{share}\s+([\d.]+)(us|ms|s)\b", output)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise LoadError(f"wrk said something unexpected:\n{text}")
    return match[1]
