"""Line: one running program of a client, asked task by task."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.clients.catalogue import NODE_MODULES, OPENCODE, Client

_NOWHERE = "http://127.0.0.1:9"  # the discard port: whoever tries to download something fails
_OFF = ("MODELS_FETCH", "AUTOUPDATE", "LSP_DOWNLOAD", "SHARE", "DEFAULT_PLUGINS", "CLAUDE_CODE", "EXTERNAL_SKILLS")
_WAIT_SECONDS = 150
_WIDEST = 4 * 1024 * 1024


class Line:
    """The program of one client."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, version: str) -> None:
        self._process = process
        self._log = log
        self.version = version
        self._told: dict[str, dict[str, Any]] = {}

    async def ask(self, **task: Any) -> dict[str, Any]:
        """Have one task done; the very same one is done once. Raises `AssertionError` when the program ends."""
        asked = json.dumps(task)
        if asked not in self._told:
            assert self._process.stdin is not None
            self._process.stdin.write(asked.encode() + b"\n")
            self._told[asked] = await _read(self._process, self._log)
        return self._told[asked]


def environment(url: str) -> dict[str, str]:
    """What a client sees: the gateway, its packages, and a network that ends at this machine."""
    outer = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"), _NOWHERE)
    return {
        **outer,
        **proxies,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "HALL_URL": url,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LANGSMITH_TRACING": "false",
        "NODE_PATH": str(NODE_MODULES),
        "OPENCODE": str(OPENCODE),
        "OPENCODE_PURE": "1",
        **{f"OPENCODE_DISABLE_{name}": "1" for name in _OFF},
    }


@contextlib.asynccontextmanager
async def opened(client: Client, url: str, log: Path) -> AsyncIterator[Line]:
    """The client's program, against the gateway at `url`. Raises `MissingError` when it is not installed."""
    command = client.command
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            env=environment(url),
            limit=_WIDEST,
        )
    assert process.stdin is not None
    try:
        yield Line(process, log, (await _read(process, log))["version"])
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 5)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _read(process: asyncio.subprocess.Process, log: Path) -> dict[str, Any]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), _WAIT_SECONDS)
    assert line, f"The client's program ended; its output is in {log}."
    told: dict[str, Any] = json.loads(line)
    return told
