"""The database goes away: web hooks still say so, and the history knows of it afterwards."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from guildhall.accounts.audit import COMMAND_LINE
from guildhall.core.bus import MemoryBus
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.jobs import Jobs
from guildhall.core.mail import Mail
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.operations.alerts import channels, queries, rules
from guildhall.operations.alerts.board import Alerts
from guildhall.operations.alerts.schemas import AlertChannelIn, RuleChange
from guildhall.operations.system import metrics
from guildhall.operations.system.processes import LEASE, Pulse
from guildhall.operations.system.queries import release_leases, take_lease
from tests.operations.alerts.receivers import SECRET, receiving
from tests.services.databases import Databases


@dataclass
class Wire:
    """The way to the database, which can be cut."""

    host: str
    port: int
    own_port: int = 0
    is_cut: bool = False
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on in both directions."""
        if self.is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self.host, self.port)
        self.open |= {writer, back}
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    def cut(self) -> None:
        """Break what is open, and refuse what comes."""
        self.is_cut = True
        for writer in self.open:
            writer.transport.abort()
        self.open.clear()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to a database server."""
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "", parts.port or 5432)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.own_port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        wire.cut()
        server.close()


@pytest.mark.slow
async def test_an_outage_is_told_while_it_lasts_and_stored_afterwards(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a database of its own can go away: embedded, it is a file beside the process."""
    with databases.settings("scaled") as direct:
        await _outage(direct, monkeypatch)


async def _outage(direct: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = direct
    async with wire_to(settings.database_url) as wire, receiving() as receiver:
        parts = urlsplit(settings.database_url)
        there = parts._replace(netloc=f"{parts.username}@127.0.0.1:{wire.own_port}").geturl()
        settings = settings.model_copy(update={"database_url": there})
        db, bus, keyring = Database(settings), MemoryBus(), load_keyring(settings)
        alerts = Alerts(db, keyring, metrics.alert_metrics(settings, bus), public_url="", send_mail=_no_mail)
        jobs = Jobs(direct, db, bus, [alerts.deliveries.job], runs_here=False)
        await jobs.start()
        await alerts.start(jobs)
        async with db.write() as session:
            rule = next(one for one in await queries.rules(session) if one.shipped == "database")
            hook = AlertChannelIn(name="hook", kind="webhook", target=f"{receiver.url}/x", secret=SECRET, private=True)
            await channels.create(session, keyring, alerts.senders, COMMAND_LINE, hook)
            await rules.change(session, alerts.metrics, COMMAND_LINE, rule, RuleChange(threshold=25))
        pulse = Pulse(
            db,
            role="server",
            runs_jobs=False,
            figures=dict,
            lead=alerts.watch.look,
            without_database=alerts.watch.look_without_database,
            database_back=alerts.watch.note_outage,
        )
        await pulse.beat()
        assert pulse.leads

        wire.cut()
        receiver.plan = [503]  # nothing durable stands behind it, but it is tried at every look
        for _ in range(6):
            monkeypatch.setattr(pulse, "_looked", pulse._looked - 10)
            await pulse.beat()
        assert [request.body["type"] for request in receiver.requests] == ["alert.fired"] * 2
        assert all(request.is_genuine for request in receiver.requests)

        wire.is_cut = False
        other = Database(direct)
        async with other.write() as session:  # another process leads by now: what this one began, it ends
            await release_leases(session, pulse.id)
            await take_lease(session, LEASE, "pr_other", now(), timedelta(seconds=35))
        await other.close()
        await pulse.beat()
        assert not pulse.leads
        async with db.read() as session:
            (alert,) = await queries.alerts(session, states=["resolved"], after=None, limit=10)
            told = await queries.deliveries(session, alert_id=alert.id, channel_id=None, after=None, limit=10)
        assert (alert.rule_name, alert.value >= 25) == ("The database does not answer", True)
        assert {one.occasion for one in told} == {"resolved"}
        await jobs.stop()
        await db.close()


async def _no_mail(_message: Mail) -> None:
    raise AssertionError("no mail channel exists")
