"""Contenders: Guildhall as the product runs, nginx as a plain proxy, a bare relay, and the upstream. `peers` has more.

Each is started ready to answer the same request; whoever needs something that is not installed says how to get it.
"""

import contextlib
import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import GATEWAY_CORE, LOAD_CORE, Process, answers, free_port, listens, running

MODEL = "bench"
_PASSWORD = "a long enough password"
ANSWER = json.dumps(
    {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello! How can I help you today?"},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    }
)
_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_buffer_size 256k; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  {body}
}}
"""
_UPSTREAM = (
    "server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; return 200 '{answer}'; }} }}"
)
_PROXY = """
  upstream model {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 1000000000; }}
  server {{ listen 127.0.0.1:{port}; location / {{
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://model;
  }} }}
"""


class MissingError(RuntimeError):
    """Something the benchmark needs is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Contender:
    """A running gateway: where to call, with which key, and its process."""

    name: str
    url: str
    key: str
    process: Process
    patience: int = 1
    """How many times longer its rounds take, so that a slow contender answers enough calls to be judged fairly."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What a call needs besides the key."""

    @property
    def chat(self) -> str:
        """Where completions are asked for."""
        return f"{self.url}/v1/chat/completions"


def require(command: str, package: str) -> None:
    """Raise `MissingError` unless a command is there."""
    if shutil.which(command) is None:
        raise MissingError(f"`{command}` is not installed: apt-get install {package}")


@contextlib.contextmanager
def upstream(folder: Path) -> Iterator[Contender]:
    """A provider that costs next to nothing: nginx with a fixed answer, on the core of the load."""
    port = free_port()
    body = _UPSTREAM.format(port=port, answer=ANSWER)
    with _nginx(folder / "upstream", body, port, LOAD_CORE) as process:
        yield Contender("direct", f"http://127.0.0.1:{port}", "none", process)


@contextlib.contextmanager
def nginx(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """nginx as a plain proxy with kept connections and no log."""
    port = free_port()
    body = _PROXY.format(port=port, upstream=upstream_url.rpartition(":")[2])
    with _nginx(folder / "nginx", body, port, GATEWAY_CORE) as process:
        yield Contender("nginx", f"http://127.0.0.1:{port}", "none", process)


@contextlib.contextmanager
def relay(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """The least that a proxy in Python can cost: bytes to and fro, unread."""
    port = free_port()
    command = [sys.executable, "-m", "bench.relay", str(port), upstream_url.rpartition(":")[2]]
    process = Process(command, core=GATEWAY_CORE, log=folder / "relay.log")
    with running(process, lambda: listens(port)):
        yield Contender("relay", f"http://127.0.0.1:{port}", "none", process)


@contextlib.contextmanager
def least(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """The least that a metered gateway in Python can cost: nothing but parsing, one look-up and a row."""
    port = free_port()
    command = [sys.executable, "-m", "bench.least", str(port), upstream_url.rpartition(":")[2], folder / "least.db"]
    process = Process(command, core=GATEWAY_CORE, log=folder / "least.log")
    with running(process, lambda: listens(port)):
        yield Contender("least", f"http://127.0.0.1:{port}", "none", process)


@contextlib.contextmanager
def guildhall(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """The product as `guildhall serve` runs it: keys checked, two channels to route over, calls logged to SQLite."""
    folder = folder / "guildhall"
    folder.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"GUILDHALL_DATA_DIR": str(folder / "data"), "GUILDHALL_DATABASE_URL": "", "GUILDHALL_REDIS_URL": ""}
    command = [sys.executable, "-m", "guildhall", "serve", "--port", str(port)]
    process = Process(command, core=GATEWAY_CORE, log=folder / "log", env=env)
    with running(process, lambda: answers(f"{url}/healthz")):
        account = {"email": "bench@example.org", "password": _PASSWORD, "name": "Bench"}
        token = _post(f"{url}/api/v1/auth/register", account, None)["access_token"]
        for name in ("first", "second"):
            channel = {"name": name, "kind": "custom", "base_url": f"{upstream_url}/v1", "private": True}
            _post(f"{url}/api/v1/gateway/channels", {**channel, "api_key": "sk-x", "models": [{"name": MODEL}]}, token)
        yield Contender("guildhall", url, _post(f"{url}/api/v1/keys", {"name": "bench"}, token)["key"], process)


@contextlib.contextmanager
def _nginx(folder: Path, body: str, port: int, core: int) -> Iterator[Process]:
    require("nginx", "nginx-light")
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, body=body))
    process = Process(["nginx", "-p", folder, "-c", config], core=core, log=folder / "log")
    with running(process, lambda: answers(f"http://127.0.0.1:{port}/")):
        yield process


def _post(url: str, body: dict[str, Any], token: str | None) -> dict[str, Any]:
    headers = {"content-type": "application/json", "connection": "close"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        result: dict[str, Any] = json.load(answer)
        return result


def require_cores(number: int) -> None:
    """Raise `MissingError` unless the machine has as many cores."""
    if len(os.sched_getaffinity(0)) < number:
        raise MissingError(f"this benchmark needs {number} cores: one for the gateway, one for the load")
