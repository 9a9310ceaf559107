"""A hall to measure: a server on its core, the simulator on the other, and people who have signed in."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.machine import GATEWAY_CORE, LOAD_CORE, Process, answers, free_port, running

MODEL = "simulated-chat"
_PASSWORD = "a long enough password"
_LIMITS = httpx.Limits(keepalive_expiry=1)  # before the server closes an idle connection


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, Process]]:
    """Its address and its process; what it stores is in the folder's `data`."""
    port, simulator_port = free_port(), free_port()
    url, simulator = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}"
    command = [sys.executable, "-m", "guildhall"]
    env = {
        "GUILDHALL_DATA_DIR": str(folder / "data"),
        "GUILDHALL_DATABASE_URL": "",
        "GUILDHALL_REDIS_URL": "",
        "GUILDHALL_SIMULATOR_URL": simulator,
        "GUILDHALL_LOG_LEVEL": "warning",
    }
    talker = Process(
        [*command, "simulate", "--port", str(simulator_port)], core=LOAD_CORE, log=folder / "simulator.log", env=env
    )
    with running(talker, lambda: answers(simulator)):
        server = Process(
            [*command, "serve", "--port", str(port)], core=GATEWAY_CORE, log=folder / "server.log", env=env
        )
        with running(server, lambda: answers(f"{url}/healthz")):
            yield url, server


def sign_in_of(number: int) -> dict[str, str]:
    """What the person signs in with."""
    return {"email": f"person-{number}@example.org", "password": _PASSWORD}


async def person(stack: contextlib.AsyncExitStack, url: str, number: int) -> httpx.AsyncClient:
    """Somebody new; the first one is the admin."""
    http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, limits=_LIMITS))
    account = sign_in_of(number) | {"name": f"Person {number}"}
    signed_in = (await http.post("/api/v1/auth/register", json=account)).raise_for_status().json()
    http.headers["authorization"] = f"Bearer {signed_in['access_token']}"
    http.headers["x-user"] = signed_in["user"]["id"]
    return http


async def furnish(admin: httpx.AsyncClient) -> None:
    """A channel to the simulator, and limits for a town that comes from one address."""
    channel = {"name": "Simulator", "kind": "simulator", "models": [{"name": MODEL}]}
    (await admin.post("/api/v1/gateway/channels", json=channel)).raise_for_status()
    held = (await admin.get("/api/v1/configuration/accounts")).raise_for_status().json()
    put = {"revision": held["revision"], "value": held["value"] | {"registrations_per_address": 10_000}}
    (await admin.put("/api/v1/configuration/accounts", json=put)).raise_for_status()
    held = (await admin.get("/api/v1/configuration/limits")).raise_for_status().json()
    put = {"revision": held["revision"], "value": held["value"] | {"api_calls_per_address": 100_000}}
    (await admin.put("/api/v1/configuration/limits", json=put)).raise_for_status()
    await asyncio.sleep(1)
