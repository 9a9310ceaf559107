"""The product under test: served by this process (`serving`), or as real processes that can be killed (`launch`)."""

import asyncio
import contextlib
import os
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr

from guildhall.core.settings import Settings
from tests.services import processes

PASSWORD = "correct horse battery staple"
# Nothing here speaks TLS; a client that loads certificate authorities all the same takes 20 ms more.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# A connection that idles is left before the server closes it, after 5 s, in the very moment of a request.
_UNLIMITED = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=3)


@dataclass(frozen=True)
class Running:
    """A product that answers at `url`; `app` is the ASGI application when it runs in this process."""

    url: str
    settings: Settings
    app: Any = None


@contextlib.asynccontextmanager
async def serving(settings: Settings, *, runs_jobs: bool = False) -> AsyncIterator[Running]:
    """The whole product in this process, on a loopback port of its own.

    The job engine is one a process, and the `server` fixture's product has it. A test that needs jobs in another
    product launches it.
    """
    from guildhall.app import create_app

    app = create_app(settings if runs_jobs else settings.model_copy(update={"worker": "external"}))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            http=app.protocol,
            lifespan="on",
            log_config=None,
            ws=app.socket,
            timeout_graceful_shutdown=3,
            access_log=False,
            proxy_headers=False,  # as `guildhall serve` has it
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment] # Ctrl-C is pytest's
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells by a flag only
                await asyncio.sleep(0.01)
            if task.done():
                await task
                raise processes.DidNotStartError("The product ended while starting; its log says why.")
            yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", settings, app)
        finally:
            server.should_exit = True
            await task


class Person(httpx.AsyncClient):
    """A client that signs in by its cookie again when its token has run out, as the browser app does."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send it; once more with a new token if the old one had expired."""
        answer = await super().send(request, **options)
        mine = self.headers.get("authorization")
        if answer.status_code != 401 or mine is None or request.headers.get("authorization") != mine:
            return answer
        await answer.aread()
        if answer.json()["error"]["code"] != "token_expired":
            return answer
        renewed = await super().send(self.build_request("POST", "/api/v1/auth/refresh"))
        assert renewed.status_code == 200, renewed.text
        self.headers["authorization"] = f"Bearer {renewed.json()['access_token']}"
        request.headers["authorization"] = self.headers["authorization"]
        return await super().send(request, **options)


@contextlib.asynccontextmanager
async def client(url: str, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the product at `url` that keeps cookies and ignores proxies of this machine."""
    async with Person(base_url=url, limits=_UNLIMITED, timeout=20, trust_env=False, verify=PLAIN, **options) as http:
        yield http


@contextlib.asynccontextmanager
async def signed_in(url: str, email: str, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has just registered as `email`."""
    async with client(url) as http:
        answer = await http.post("/api/v1/auth/register", json={"email": email, "password": PASSWORD, "name": name})
        assert answer.status_code == 201, answer.text
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


@dataclass
class Launched:
    """A `guildhall serve` or `guildhall worker` process."""

    child: processes.Child
    settings: Settings

    @property
    def url(self) -> str:
        """Where it answers, if it serves."""
        return f"http://{self.settings.host}:{self.settings.port}"

    def output(self) -> str:
        """Everything it has printed."""
        return self.child.output()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.child.kill()

    async def stop(self) -> int:
        """SIGTERM, wait, and return the exit code."""
        return await asyncio.to_thread(self.child.stop)


@contextlib.asynccontextmanager
async def launch(settings: Settings, command: str = "serve") -> AsyncIterator[Launched]:
    """A real `guildhall serve` (ready when `/readyz` says so) or `guildhall worker` process.

    Pass settings whose `port` is free (`processes.free_port()`).
    """
    log = Path(tempfile.mkstemp(dir=settings.data_dir.parent, prefix=f"{command}-", suffix=".log")[1])
    child = processes.start([sys.executable, "-m", "guildhall", command], log, env=environment(settings))
    product = Launched(child, settings)
    try:
        if command == "serve":
            await _ready(product)
        yield product
    finally:
        await product.stop()


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with `settings` as `GUILDHALL_*` variables."""
    outer: Mapping[str, str] = os.environ
    env = {name: value for name, value in outer.items() if not name.startswith("GUILDHALL_")}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        env[f"GUILDHALL_{name.upper()}"] = text
    return env


async def _ready(product: Launched, timeout_seconds: float = 30) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_seconds
    async with client(product.url) as http:
        while asyncio.get_running_loop().time() < deadline and product.child.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if (await http.get("/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    raise processes.DidNotStartError(f"guildhall serve did not become ready:\n{product.output()[-4000:]}")
