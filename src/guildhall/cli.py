"""The `guildhall` command."""

import asyncio
import errno
import json
import signal
import socket
import sys
from typing import Annotated, NoReturn, cast

import typer
import uvicorn
from pydantic import ValidationError

from guildhall import __version__
from guildhall.accounts.admin_commands import admin
from guildhall.accounts.commands import rules
from guildhall.accounts.users import ensure_first_admin
from guildhall.app import Product, create_app, openapi_document
from guildhall.core import logs, schema
from guildhall.core.db import Database
from guildhall.core.errors import AppError, words_of
from guildhall.core.folder import DataFolder, FolderError
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.engines.opencode import program
from guildhall.hall import Hall
from guildhall.operations import commands
from guildhall.operations.archive import ArchiveError
from guildhall.operations.secrets.commands import secrets
from guildhall.simulator import serve as simulator
from guildhall.workspaces import command_network, isolation

cli = typer.Typer(
    help="Guildhall: a self-hosted hall for AI at work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(admin, name="admin")
cli.add_typer(rules, name="ip-rules")
cli.command()(commands.backup)
cli.command()(commands.restore)
_LOOKS = [("sandbox", isolation.look), ("network of commands", command_network.look), ("opencode", program.look)]
cli.command(context_settings={"obj": _LOOKS})(commands.doctor)
cli.add_typer(secrets, name="secrets")


def main() -> None:
    """Run the command line; what can be said in one sentence is said in one sentence."""
    try:
        cli()
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = "".join(f" GUILDHALL_{part}".upper() for part in problem["loc"])
        _fail(f"The setting{name} is not valid: {words_of(problem)}.")
    except (FolderError, schema.SchemaError, ArchiveError, ValueError) as error:
        _fail(str(error))
    except AppError as error:
        _fail(error.message)
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (GUILDHALL_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one (GUILDHALL_PORT).")
    ] = None,
) -> None:
    """Serve the whole product on one port; SQLite databases are brought up to date first."""
    settings = _settings()
    listener = _listen(host or settings.host, settings.port if port is None else port)
    _prepare(settings)
    address, chosen = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"Guildhall {__version__} on http://{shown}:{chosen}", err=True)
    _run(create_app(settings), settings, listener)


@cli.command()
def worker() -> None:
    """Run jobs beside servers that have GUILDHALL_WORKER=external (needs PostgreSQL and Redis)."""
    settings = _settings()
    if settings.is_embedded or not settings.redis_url.get_secret_value():
        raise ValueError("A separate worker needs GUILDHALL_DATABASE_URL (PostgreSQL) and GUILDHALL_REDIS_URL.")
    asyncio.run(_work(settings))


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = _settings()
    schema.upgrade(settings)
    typer.echo(f"The database is at schema {schema.expected()}.")


@cli.command()
def simulate(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 9100,
    exit_with_parent: Annotated[bool, typer.Option(help="End when standard input ends.")] = False,
) -> None:
    """Serve a simulated model provider, to try everything without a key."""
    simulator.run(host, port, exit_with_parent)


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    typer.echo(json.dumps(openapi_document(), indent=2, ensure_ascii=False))


def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings)
    return settings


def _prepare(settings: Settings) -> None:
    """Find out in one sentence whether the server could start; an SQLite database is brought up to date."""
    folder = DataFolder(settings)
    folder.take()
    load_keyring(settings)
    asyncio.run(_prepare_database(settings))
    folder.release()  # the server takes it again for its own life


async def _prepare_database(settings: Settings) -> None:
    db = Database(settings)
    try:
        if settings.is_embedded and await schema.is_older(db):
            await asyncio.to_thread(schema.upgrade, settings)
        await schema.check(db)
        await ensure_first_admin(db, settings)
    finally:
        await db.close()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, or one plain sentence why not."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ValueError(f"Port {port} on {host} is taken; choose another with --port or GUILDHALL_PORT.") from None
        raise ValueError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None


def _run(app: Product, settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=cast("type[asyncio.Protocol]", app.protocol),  # called for each connection, like a class
        ws=app.socket,
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=max(1, int(settings.drain_seconds / 2)),  # the jobs have the other half
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # once stopped, uvicorn raises again what stopped it: that is no failure
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(1)


async def _work(settings: Settings) -> None:
    hall = Hall(settings, runs_jobs=True, role="worker")
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await hall.start()
    typer.echo(f"Guildhall {__version__} worker {settings.executor_id} is running jobs", err=True)
    await stopping.wait()
    await hall.stop()


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(1)
