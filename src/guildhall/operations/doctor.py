"""What is well, what is missing and what is merely so, in words, for `guildhall doctor`."""

import asyncio
import contextlib
import http.client
import json
import os
import shutil
import smtplib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

from guildhall.accounts import configuration_queries
from guildhall.accounts.documents import Document, read
from guildhall.accounts.mail import MailSettings
from guildhall.core import schema
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.folder import DataFolder, FolderError
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from guildhall.core.static_files import STATIC
from guildhall.operations import queries
from guildhall.operations.secrets import rotation

State = Literal["ok", "failed", "warning", "information"]
_LOW_BYTES, _FULL_BYTES = 2**30, 100 * 2**20
_SKEW_SECONDS = 5.0
_TIMEOUT_SECONDS = 5.0
Verdict = tuple[State, str]
Kind = TypeVar("Kind", bound=Document)
Look = tuple[str, Callable[[Settings], Awaitable[Verdict]]]


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    state: State
    words: str


async def run(settings: Settings, more: Sequence[Look] = ()) -> list[Finding]:
    """Look at everything the product needs or can use, and at what the floors above know; never raises."""
    looks: list[Look] = [
        ("data folder", _folder),
        ("disk", _disk),
        ("secret keys", _keys),
        ("database", _database),
        ("clock", _clock),
        ("stored secrets", _secrets),
        ("events", _events),
        ("port", _port),
        ("mail", _mail),
        ("web app", _web_app),
        ("ripgrep", lambda _settings: _program("rg", "searches in workspaces are quick")),
        *more,
    ]
    return [await _look(name, look, settings) for name, look in looks]


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing has to be mended."""
    return all(finding.state != "failed" for finding in findings)


async def _look(name: str, look: Callable[[Settings], Awaitable[Verdict]], settings: Settings) -> Finding:
    try:
        return Finding(name, *await look(settings))
    except AppError as error:
        return Finding(name, "failed", error.message)
    except (FolderError, schema.SchemaError, ValueError, OSError) as error:
        return Finding(name, "failed", str(error))


async def configured(settings: Settings, kind: type[Kind]) -> Kind:
    """The document of the configuration that is in force. Raises `SchemaError`."""
    async with _current(settings) as db, db.read() as session:
        rows = {row.name: row for row in await configuration_queries.documents(session)}
    row = rows.get(kind.name)
    document = read(row, kind, load_keyring(settings)).document if row else None
    return document if isinstance(document, kind) else kind()


@asynccontextmanager
async def _current(settings: Settings) -> AsyncIterator[Database]:
    """The database, if its schema is this version's."""
    db = Database(settings)
    try:
        await schema.check(db)
        yield db
    finally:
        await db.close()


async def _folder(settings: Settings) -> Verdict:
    DataFolder(settings).check()
    left = sorted(place.name for place in settings.data_dir.glob(".replaced-*"))
    if left:
        return "warning", f"A restore was cut off: what it had set aside is in {left[0]}."
    return "ok", f"{settings.data_dir.resolve()} is writable."


async def _disk(settings: Settings) -> Verdict:
    found = os.statvfs(settings.data_dir)
    free = found.f_bavail * found.f_frsize
    state: State = "failed" if free < _FULL_BYTES else "warning" if free < _LOW_BYTES else "ok"
    return state, f"{free // 2**20:,} MiB free."


async def _keys(settings: Settings) -> Verdict:
    count = len(load_keyring(settings).keys)
    origin = "the settings" if settings.secret_keys.get_secret_value() else "the data folder"
    return "ok", f"{count} key{'s' if count > 1 else ''}, from {origin}."


async def _database(settings: Settings) -> Verdict:
    async with _current(settings) as db:
        await db.ping()
    kind = f"SQLite at {settings.sqlite_path.resolve()}" if settings.is_embedded else "PostgreSQL"
    return "ok", f"{kind}, schema {schema.expected()}."


async def _clock(settings: Settings) -> Verdict:
    db = Database(settings)
    try:
        async with db.read() as session:
            before = now()
            theirs = await queries.database_clock(session)
            ours = before + (now() - before) / 2
    finally:
        await db.close()
    if theirs is None:
        return "ok", "the database is on this machine."
    skew = abs((theirs - ours).total_seconds())
    return ("warning" if skew > _SKEW_SECONDS else "ok"), f"{skew:.1f} s from the database's."


async def _secrets(settings: Settings) -> Verdict:
    ring = load_keyring(settings)
    async with _current(settings) as db:
        used = await rotation.key_ids_in_use(db)
    if lost := rotation.lost_keys(used, ring):
        words = ", ".join(f"{count} need the key {kid}" for kid, count in sorted(lost.items()))
        return "failed", f"{words}, which is not here: add it to the keys, or enter those secrets again."
    older = used.total() - used[ring.keys[0][0]]
    if older:
        return "information", f"{older} of {used.total()} still need an older key: `guildhall secrets rotate`."
    spare = f"; {len(ring.keys) - 1} older keys can go: `guildhall secrets drop`" if ring.keys[1:] else ""
    return "ok", f"{used.total()}, all under the newest key{spare}."


async def _events(settings: Settings) -> Verdict:
    bus = create_bus(settings)
    try:
        await bus.ping()
    finally:
        await bus.stop()
    return "ok", "through Redis." if settings.redis_url.get_secret_value() else "within this process."


async def _port(settings: Settings) -> Verdict:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        version = await asyncio.to_thread(_answering, settings)
        if version is None:
            raise OSError(f"{settings.host}:{settings.port} can't be listened on: {error.strerror}.") from None
        return "ok", f"Guildhall {version} answers on {settings.host}:{settings.port}."
    return "ok", f"{settings.host}:{settings.port} is free."


def _answering(settings: Settings) -> str | None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - asked of, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=_TIMEOUT_SECONDS)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        connection.request("GET", "/healthz")
        found = json.loads(connection.getresponse().read(1000))
        return str(found["version"]) if isinstance(found, dict) and "version" in found else None
    return None


async def _mail(settings: Settings) -> Verdict:
    document = await configured(settings, MailSettings)
    if not document.is_set:
        return "information", "no mail server is configured; invitations and reset links are copied by hand."
    await asyncio.to_thread(_greet, document)
    return "ok", f"{document.host}:{document.port} answers."


def _greet(mail: MailSettings) -> None:
    kind = smtplib.SMTP_SSL if mail.security == "tls" else smtplib.SMTP
    try:
        with kind(mail.host, mail.port, timeout=_TIMEOUT_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise OSError(f"{mail.host}:{mail.port} does not answer as a mail server: {error}.") from None


async def _web_app(_settings: Settings) -> Verdict:
    if not (STATIC / "index.html").is_file():
        return "failed", "The browser app is not built: run `make web`."
    return "ok", "built."


async def _program(name: str, use: str) -> Verdict:
    found = shutil.which(name)
    return "information", f"{found}: {use}." if found else "not installed."
