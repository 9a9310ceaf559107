"""The gateway of one process: its parts put together, started and stopped in order."""

import asyncio
import gc
from collections.abc import Callable, Mapping
from typing import Any

from guildhall.accounts.tokens import AccessTokens
from guildhall.core.addresses import TrustedProxies
from guildhall.core.admission import Gate
from guildhall.core.bus import Bus
from guildhall.core.db import Database
from guildhall.core.jobs import Job, Schedule
from guildhall.core.limits import Limiter
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_once, create_reservations
from guildhall.core.tasks import end
from guildhall.core.traces import Traces
from guildhall.edge.admit import Admitter
from guildhall.edge.call import Timeouts
from guildhall.edge.capacity import Capacity
from guildhall.edge.express import Express
from guildhall.edge.figures import Figures
from guildhall.edge.forward import Forwarder
from guildhall.edge.identify import Identifier
from guildhall.edge.passage import Passages
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.protocol import EdgeProtocol, Reception, ServerState
from guildhall.edge.queue import Queue
from guildhall.edge.recorder import Recorder
from guildhall.edge.replays import Replays
from guildhall.edge.retries import RetryBudget
from guildhall.edge.spool import Spool
from guildhall.edge.strangers import Strangers
from guildhall.edge.transport import Transport
from guildhall.edge.upstream import Upstreams
from guildhall.edge.visit import Visits
from guildhall.edge.wheel import Wheel
from guildhall.gateway.body_keeper import BodyKeeper
from guildhall.gateway.call_store import CallStore
from guildhall.gateway.catalog import Entry
from guildhall.gateway.completions import Completions
from guildhall.gateway.desk import Desk
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.doorway import Doorway
from guildhall.gateway.model_list import ModelList
from guildhall.gateway.outcomes import Outcomes
from guildhall.gateway.people import People
from guildhall.gateway.phrasing import phrased
from guildhall.gateway.policies import DEFAULTS, Policies
from guildhall.gateway.price_desk import PriceDesk
from guildhall.gateway.probe import Probe
from guildhall.gateway.responses import Responses
from guildhall.gateway.shares import Shares
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.snapshot import Snapshot
from guildhall.gateway.tracing import recorder_of
from guildhall.gateway.warden import Warden

_SIMULATOR_SECONDS = 10.0
_PROBE_TIMEOUTS = Timeouts(connect=5.0, first_byte=30.0, idle=15.0, total=60.0)


class Gateway:
    """Everything between a caller and the providers, in the server and in workers alike.

    `asgi` answers `/v1/*`, `completions` calls models from inside, `doorway` takes calls of programs that the server
    runs, `probe` tries channels.
    """

    _follower: asyncio.Task[None] | None = None

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
        policies: Policies = DEFAULTS,
    ) -> None:
        timeouts = timeouts or Timeouts()
        self._settings, self._policies, self._wheel = settings, policies, Wheel()
        self._upstreams = Upstreams(self._wheel)
        self._simulator = SimulatorProcess(settings.simulator_url, on_change=self._reload)
        self.directory = LiveDirectory(db, bus, keyring, self._simulator, policies.limits)
        self.directory.on_change, self.directory.load_of = self._directory_changed, self._upstreams.in_use
        self.prices = PriceDesk(self.directory, policies.money)
        figures = _registered(metrics)
        self.store = CallStore(db, self.directory, self.prices)
        self.recorder = self._recorder(traces, figures)
        people = People(db, tokens)
        strangers = Strangers(limiter, lambda: policies.accounts().wrong_keys_per_address)
        self.identifier = Identifier(self.directory, people.behind, strangers)
        self._reservations = create_reservations(settings, self.store.used)
        self._admitter = Admitter(limiter, self._reservations, self.prices)
        capacity = Capacity(limiter, Queue(policies.most_waiting))
        forwarder = Forwarder(self.directory, self._upstreams, timeouts, capacity, policies.patience)
        self.pipeline = Pipeline(self.directory, self.identifier, self._admitter, forwarder, self.recorder)
        self.completions = Completions(self.pipeline, people.of, self._phrase)
        self.bodies = BodyKeeper(db, policies.capture, figures)
        self._replays = Replays(create_once(settings))
        self._visits = visits = Visits(self.pipeline, self._wheel, timeouts, self._replays)
        self._express = express = Express(
            self.pipeline, self.directory, forwarder, self._upstreams, visits, self._wheel, timeouts
        )
        largest = settings.max_body_bytes
        self.doorway = Doorway(self.pipeline, visits, people.of, self._phrase, max_body_bytes=largest)
        self._reception = Reception(visits, express, self._wheel, self._upstreams.outbox, gate, proxies, largest)
        self.responses = Responses(db, self.pipeline, forwarder, self.directory, max_body_bytes=largest)
        self._tell(figures, forwarder.budget, capacity.queue)
        self.asgi = Transport(
            visits,
            self.pipeline,
            Desk(ModelList(self.directory, self.prices), self.responses.stored),
            passages=Passages(self.pipeline, self._upstreams, self.directory, timeouts),
            openers=self.responses.openers,
            gate=gate,
            proxies=proxies,
            max_body_bytes=largest,
        )
        prober = Forwarder(self.directory, self._upstreams, _PROBE_TIMEOUTS)
        self.probe = Probe(prober, self._upstreams, keyring, self._simulator)
        self.warden, self.shares = Warden(db, self.probe), Shares(db)
        self.directory.on_refused = self.warden.suspect

    def _recorder(self, traces: Traces | None, figures: Figures) -> Recorder:
        spool, store = Spool(self._settings.data_dir / "spool"), self.store
        recorder: Recorder = recorder_of(traces)(store.add, figures, again=store.again, spool=spool)
        store.failures = recorder.failures
        return recorder

    def _tell(self, figures: Figures, budget: RetryBudget, queue: Queue) -> None:
        """Let all know what each has to tell."""
        self.recorder.on_ended = Outcomes(budget, self.directory.circuits, self.directory.paces).learn
        figures.read_at_scrape("guildhall_calls_active", "Calls under way.", lambda: self.pipeline.active)
        blocked = self.identifier.strangers.blocked
        figures.read_at_scrape("guildhall_addresses_blocked", "Addresses that presented too many wrong keys.", blocked)
        figures.read_at_scrape("guildhall_calls_queued", "Calls that wait at full channels.", lambda: len(queue))
        figures.read_at_scrape(
            "guildhall_call_retries_refused",
            "Further attempts that were not made because the model's were used up.",
            lambda: budget.refused,
        )
        figures.read_at_scrape(
            "guildhall_channels_resting",
            "Keys of channels, and models there, that rest after failures.",
            lambda: len(self.directory.circuits.resting),
        )
        figures.read_at_scrape("guildhall_responses_lost", "Responses that were not stored.", self.responses.lost)

    def protocol(self, server: ServerState, next_protocol: Callable[[], asyncio.Protocol]) -> EdgeProtocol:
        """The fast transport for one new connection; what it does not take goes to `next_protocol`."""
        return EdgeProtocol(self._reception, server, next_protocol)

    @property
    def jobs(self) -> list[Job]:
        """What the gateway does in the background."""
        return [*self.warden.jobs, *self.shares.jobs]

    @property
    def schedules(self) -> list[Schedule]:
        """When it does that."""
        return [*self.warden.schedules, *self.shares.schedules]

    def model_names(self) -> list[str]:
        """Names of every model that can be called, in alphabetical order."""
        return list(self.directory.models())

    def models(self) -> list[Entry]:
        """What is known of every model that can be called."""
        catalog = self.directory.snapshot.catalog
        return [catalog[name] for name in self.model_names() if name in catalog]

    def _phrase(self, model: str, params: Mapping[str, Any]) -> dict[str, Any]:
        return phrased(self.directory.snapshot.catalog.get(model), params)

    def context_tokens(self, model: str) -> int | None:
        """How many tokens prompt and answer may have together; None when nobody knows."""
        entry = self.directory.snapshot.catalog.get(model)
        return None if entry is None else entry.context_tokens

    def sees_pictures(self, model: str) -> bool:
        """Whether a model can be shown pictures, as far as anybody knows."""
        entry = self.directory.snapshot.catalog.get(model)
        return entry is None or entry.sees_pictures

    async def start(self) -> None:
        """Read the directory, bring the simulator up if a channel needs it, and begin to write the log."""
        await self.directory.load()
        await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
        await self.directory.catch_up()
        self._follower = asyncio.create_task(self.directory.keep_current(), name="gateway-directory")
        self.recorder.start()
        self.bodies.start()
        self.responses.keeper.start()
        _settle_memory()

    async def stop(self) -> None:
        """Let calls under way finish, within the time allowed, and write every row."""
        await self.pipeline.drain(self._settings.drain_seconds)
        await self._express.stop()
        await self.doorway.close()
        if self._follower is not None:
            await end(self._follower)
        await self.warden.stop()
        await self.pipeline.stop()
        await self.recorder.stop()
        await self._admitter.stop()
        await self._reservations.stop()
        await self._replays.stop()
        await self.bodies.stop()
        await self.responses.keeper.stop()
        self._upstreams.close()
        await self._simulator.stop()

    def policies_changed(self) -> None:
        """Limit callers, keep prompts and answers, and read on, as the configuration has it from now on."""
        self.directory.limits_changed()
        self._visits.capturer = self.completions.capturer = self.bodies.as_configured()
        self.pipeline.reckoner.seconds = self._policies.calls().drain_for_usage_seconds

    def _reload(self) -> None:
        self.directory.reload_soon()

    def _directory_changed(self, snapshot: Snapshot) -> None:
        self._simulator.want(wanted=snapshot.wants_simulator)
        self._upstreams.keep_only(snapshot.targets())


def _registered(metrics: Metrics) -> Figures:
    figures = Figures()
    metrics.registry.register(figures)
    return figures


def _settle_memory() -> None:
    """Spare the garbage collector what stays for good, and calls the collector: theirs is freed without it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
