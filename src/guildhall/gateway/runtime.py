"""The gateway of one process: its parts put together, started and stopped in order."""

import asyncio
import contextlib
import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from guildhall.accounts import queries as account_queries
from guildhall.accounts.tokens import AccessTokens, not_signed_in
from guildhall.core.addresses import TrustedProxies
from guildhall.core.admission import Gate
from guildhall.core.bus import Bus
from guildhall.core.db import Database
from guildhall.core.limits import Limiter
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings
from guildhall.core.traces import Traces
from guildhall.edge import queries as edge_queries
from guildhall.edge.call import Caller, CallRow, Timeouts
from guildhall.edge.capacity import Capacity
from guildhall.edge.figures import Figures
from guildhall.edge.forward import Forwarder
from guildhall.edge.identify import Identifier
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.protocol import EdgeProtocol, Reception, ServerState
from guildhall.edge.recorder import Recorder
from guildhall.edge.tally import Tally
from guildhall.edge.transport import Transport
from guildhall.edge.upstream import Upstreams
from guildhall.edge.visit import Visits
from guildhall.edge.wheel import Wheel
from guildhall.gateway.completions import Completions
from guildhall.gateway.directory import LiveDirectory, Snapshot
from guildhall.gateway.money import Money
from guildhall.gateway.price_desk import PriceDesk
from guildhall.gateway.probe import Probe
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.tracing import recorder_of
from guildhall.gateway.warden import Warden

_SIMULATOR_SECONDS = 10.0
_PROBE_TIMEOUTS = Timeouts(connect=5.0, first_byte=30.0, idle=15.0, total=60.0)


class Gateway:
    """Everything between a caller and the providers, in the server and in workers alike.

    `asgi` answers `/v1/*`, `completions` calls models from inside, `probe` tries channels.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database,
        bus: Bus,
        keyring: Keyring,
        limiter: Limiter,
        tokens: AccessTokens,
        metrics: Metrics,
        gate: Gate,
        proxies: TrustedProxies,
        traces: Traces | None = None,
        timeouts: Timeouts | None = None,
        money: Callable[[], Money] = Money,
    ) -> None:
        timeouts = timeouts or Timeouts()
        self._settings = settings
        self._db = db
        self._tokens = tokens
        self._wheel = Wheel()
        self._upstreams = Upstreams(self._wheel)
        self._simulator = SimulatorProcess(settings.simulator_url, on_change=self._reload)
        self.directory = LiveDirectory(db, bus, keyring, self._simulator)
        self.directory.on_change = self._directory_changed
        self.prices = PriceDesk(self.directory, money)
        figures = Figures()
        metrics.registry.register(figures)
        self.recorder: Recorder = recorder_of(traces)(self._store, figures)
        self.identifier = Identifier(self.directory, self._verify)
        self.pipeline = Pipeline(
            self.directory,
            self.identifier,
            Forwarder(self.directory, self._upstreams, timeouts, Capacity(limiter)),
            self.recorder,
        )
        figures.read_at_scrape("guildhall_calls_active", "Calls under way.", lambda: self.pipeline.active)
        self.completions = Completions(self.pipeline)
        visits = Visits(self.pipeline, self._wheel, timeouts)
        self._reception = Reception(visits, self._wheel, self._upstreams.outbox, gate, proxies, settings.max_body_bytes)
        self.asgi = Transport(
            visits,
            self.pipeline,
            self.directory,
            gate=gate,
            proxies=proxies,
            max_body_bytes=settings.max_body_bytes,
        )
        prober = Forwarder(self.directory, self._upstreams, _PROBE_TIMEOUTS)
        self.probe = Probe(prober, self._upstreams, keyring, self._simulator)
        self.warden = Warden(db, self.probe)
        self.directory.on_refused = self.warden.suspect
        self._follower: asyncio.Task[None] | None = None
        self._is_store_sure = False

    def protocol(self, server: ServerState, next_protocol: Callable[[], asyncio.Protocol]) -> EdgeProtocol:
        """The fast transport for one new connection; what it does not take goes to `next_protocol`."""
        return EdgeProtocol(self._reception, server, next_protocol)

    def model_names(self) -> list[str]:
        """Names of every model that can be called, in alphabetical order."""
        return list(self.directory.models())

    async def start(self) -> None:
        """Read the directory, bring the simulator up if a channel needs it, and begin to write the log."""
        await self.directory.load()
        await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
        await self.directory.catch_up()
        self._follower = asyncio.create_task(self.directory.keep_current(), name="gateway-directory")
        self.recorder.start()
        _settle_memory()

    async def stop(self) -> None:
        """Let calls under way finish, within the time allowed, and write every row."""
        await self.pipeline.drain(self._settings.drain_seconds)
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        await self.warden.stop()
        await self.recorder.stop()
        self._upstreams.close()
        await self._simulator.stop()

    def _reload(self) -> None:
        self.directory.reload_soon()

    def _directory_changed(self, snapshot: Snapshot) -> None:
        self._simulator.want(wanted=snapshot.wants_simulator)
        self._upstreams.keep_only(snapshot.targets())

    async def _store(self, rows: Sequence[CallRow]) -> None:
        """One transaction for a batch of calls with their costs, what they add up to, and when keys were last used."""
        last = {row[2]: row[1] for row in rows}  # they come in order of time
        used = {
            key_id: datetime.fromtimestamp(at / 1e6, UTC)
            for key_id, at in last.items()
            if isinstance(key_id, str) and isinstance(at, int)
        }
        # After a failure nobody knows whether the last batch was stored: its calls must not be summed up twice.
        is_sure, self._is_store_sure = self._is_store_sure, False
        rows = self.prices.priced(rows)
        async with self._db.write() as session:
            stored = set() if is_sure else await edge_queries.stored_calls(session, [str(row[0]) for row in rows])
            await edge_queries.add_calls(session, rows)
            fresh = [row for row in rows if row[0] not in stored] if stored else rows
            tally = Tally(fresh, self.directory.snapshot.models)
            await edge_queries.add_sums(session, tally.sums())
            await edge_queries.add_stats(session, tally.stats())
            await edge_queries.add_times(session, tally.times())
            await account_queries.touch_keys(session, used)
        self._is_store_sure = True

    async def _verify(self, token: str) -> Caller:
        """The caller behind an access token, if the account is still active. Raises `UnauthorizedError`."""
        claims = self._tokens.verify(token)
        async with self._db.read() as session:
            found = await account_queries.sign_in_of_user(session, claims.user_id, claims.sign_in_id)
        if found is None or found[0].state != "active" or found[1].revoked_at is not None:
            raise not_signed_in()
        return Caller(claims.user_id, None)


def _settle_memory() -> None:
    """Spare the garbage collector what stays for good, and calls the collector: theirs is freed without it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
