"""The directory: who may call and where each model is served, as tables in memory that every call reads.

A snapshot never changes; a new one replaces it as a whole when keys, users or channels have changed anywhere. A caller
or model that is not found makes the directory look once more, so that a new key works from the moment it is shown.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from guildhall.accounts import queries as account_queries
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core.bus import Bus
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError, UnavailableError
from guildhall.core.queries import position
from guildhall.core.secrets import Keyring, UndecryptableError
from guildhall.edge.call import Caller, Target
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway import price_queries, queries, routing
from guildhall.gateway.callers import REMEMBERED, callers_of
from guildhall.gateway.catalog import Entry, catalog_of
from guildhall.gateway.price_book import Quote
from guildhall.gateway.price_seed import seed
from guildhall.gateway.routing import HEALTHY, Health, Route, Shares
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.tables import Channel, ChannelModel, Model
from guildhall.gateway.targets import targets_of

_LOOK_SECONDS = 5.0
_SIMULATOR_SECONDS = 10.0
_LONGEST_LIMIT_SECONDS = 60
_REFUSED_SECONDS = 60.0
_NONE = Shares(())
_NOWHERE: Mapping[str, Shares] = {}
_log = structlog.get_logger("guildhall.gateway")


@dataclass(frozen=True)
class Snapshot:
    """Everything a call needs to know, as of one event of the directory's stream."""

    seq: int = -1
    callers: Mapping[bytes, Caller] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, Shares]] = field(default_factory=dict)
    """By endpoint, then by model."""
    models: Mapping[str, bool] = field(default_factory=dict)
    """Names of models that people see and may call, and whether only the simulator stands behind them."""
    catalog: Mapping[str, Entry] = field(default_factory=dict)
    """What is known of every model, also of those that nobody sees."""
    prices: Mapping[str, Sequence[Quote]] = field(default_factory=dict)
    """The hall's own prices by model, in order of time."""
    wants_simulator: bool = False
    simulator_url: str | None = None

    def targets(self) -> list[Target]:
        """Every place a call may go."""
        every = (shares for models in self.shares.values() for shares in models.values())
        return list({id(route.target): route.target for shares in every for route in shares.routes}.values())


class LiveDirectory:
    """The current snapshot, kept current; and the health of channels, which outlives snapshots."""

    def __init__(self, db: Database, bus: Bus, keyring: Keyring, simulator: SimulatorProcess) -> None:
        self._db = db
        self._bus = bus
        self._keyring = keyring
        self._simulator = simulator
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._health: dict[str, Health] = {}  # by lane
        self._cooling: dict[str, float] = {}  # until when, by lane or spot
        self._prices: tuple[str, Mapping[str, Sequence[Quote]]] = ("", {})  # and which the newest of them is
        self.on_change: Callable[[Snapshot], None] = lambda _snapshot: None
        self.on_refused: Callable[[Target], None] = lambda _target: None
        self.snapshot = Snapshot()

    # --- what the edge asks ------------------------------------------------------------------------------------

    def caller_of(self, digest: bytes) -> Caller | None:
        """The owner of the API key with this digest."""
        return self.snapshot.callers.get(digest)

    def targets(self, endpoint: Endpoint, model: str) -> Sequence[Target]:
        """Where the model can be called at this endpoint, best first; empty when it can't."""
        shares = self.snapshot.shares.get(endpoint.path, _NOWHERE).get(model, _NONE)
        moment = time.monotonic() if self._cooling else 0.0
        return routing.order(shares, self._cooling, now=moment, draw=random.random())  # noqa: S311 - a share, no secret

    def is_up(self, model: str) -> bool:
        """Whether the model can be called at any endpoint."""
        return any(model in shares for shares in self.snapshot.shares.values())

    def models(self) -> Sequence[str]:
        """Names of every model served, in alphabetical order."""
        return list(self.snapshot.models)

    async def catch_up(self) -> None:
        """Be as new as the database is now; however many ask at once, it is asked once.

        A look that is under way began before now, hence the second wait. Raises `UnavailableError`.
        """
        try:
            if self._looking is not None:
                await asyncio.shield(self._looking)
            if self._looking is None:
                self._looking = asyncio.create_task(self._look())
                self._looking.add_done_callback(self._looked)
            await asyncio.shield(self._looking)
        except OSError:
            raise UnavailableError("database_unavailable", "The database does not answer.") from None

    async def find(self, endpoint: Endpoint, model: str) -> Sequence[Target]:
        """`targets`, after catching up and after waiting for a simulator that is starting."""
        await self.catch_up()
        if model in self.snapshot.models and not self.is_up(model):
            await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
            await self.catch_up()
        return self.targets(endpoint, model)

    def succeeded(self, target: Target) -> None:
        """A channel answered."""
        if self._health and self._health.pop(target.lane, None) is not None:
            self._cooling.pop(target.lane, None)

    def failed(self, target: Target, failure: UpstreamFailure) -> None:
        """A channel failed through no fault of the caller: it rests, or what it refused does."""
        moment = time.monotonic()
        if failure.status == 429:
            seconds = min(int(failure.retry_after or 1), _LONGEST_LIMIT_SECONDS)
            self._cooling[target.spot] = moment + seconds
            return
        health = routing.after_failure(self._health.get(target.lane, HEALTHY), now=moment)
        self._health[target.lane] = health
        if health.cool_until:
            self._cooling[target.lane] = health.cool_until
        if failure.status in {401, 402, 403}:
            self._cooling[target.lane] = moment + _REFUSED_SECONDS
            self.on_refused(target)

    def reload_soon(self) -> None:
        """Something outside the database has changed."""
        self._changed.set()

    # --- keeping current -----------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read everything anew and swap it in."""
        async with self._db.read() as session:
            seq, _ = await position(session, DIRECTORY_STREAM)
            keys = await account_queries.presented_keys(session, revoked_after=now() - REMEMBERED)
            channels = await queries.enabled_channels(session)
            models = await price_queries.described_models(session)
            newest = await price_queries.newest_price(session)
            if newest != self._prices[0]:
                self._prices = newest, await price_queries.quotes(session)
        self.snapshot = build(
            seq, callers_of(keys), channels, self._keyring, self._simulator.url, models, self._prices[1]
        )
        lanes = {target.lane for target in self.snapshot.targets()}
        moment = time.monotonic()
        self._health = {lane: health for lane, health in self._health.items() if lane in lanes}
        self._cooling = {
            name: until for name, until in self._cooling.items() if until > moment and name.split()[0] in lanes
        }
        self.on_change(self.snapshot)

    async def keep_current(self) -> None:
        """Follow changes made by any process, until cancelled; a quiet bus is checked on every few seconds."""
        with self._bus.listening(DIRECTORY_STREAM, lambda _event: self._changed.set()):
            while True:
                try:
                    await self._look()
                except Exception as error:  # noqa: BLE001 - one bad look must not be the last one
                    is_foreseen = isinstance(error, AppError | OSError)
                    _log.warning("directory_not_read", reason=str(error), exc_info=None if is_foreseen else error)
                try:
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._changed.wait()
                except TimeoutError:
                    continue
                self._changed.clear()

    async def _look(self) -> None:
        """Load, if anything has changed."""
        async with self._db.read() as session:
            seq, _ = await position(session, DIRECTORY_STREAM)
        if seq != self.snapshot.seq:
            await self.load()
        if self._simulator.url != self.snapshot.simulator_url:
            await self.load()

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._looking = None
        if not task.cancelled() and task.exception() is not None:
            _log.warning("directory_not_read", reason=str(task.exception()))


def build(
    seq: int,
    callers: Mapping[bytes, Caller],
    channels: Sequence[Channel],
    keyring: Keyring,
    simulator_url: str | None,
    models: Sequence[Model] = (),
    prices: Mapping[str, Sequence[Quote]] = MappingProxyType({}),
) -> Snapshot:
    """A snapshot of what the database holds.

    A channel whose key does not open, or that cannot be called for any other reason, serves nothing, and the log says
    so: one odd channel must not keep the others from serving.
    """
    routes: dict[str, dict[str, list[Route]]] = {}
    for channel in channels:
        for model in channel.models:
            for route in _routes_of(channel, model, keyring, simulator_url):
                for path in route.target.ways:
                    routes.setdefault(path, {}).setdefault(model.name, []).append(route)
    catalog = catalog_of(channels, models, seed())
    hidden = {entry.name for entry in catalog.values() if not entry.said.visible}
    return Snapshot(
        seq=seq,
        callers=callers,
        shares={path: _shares_of(found, catalog, hidden) for path, found in routes.items()},
        models={
            name: entry.simulated
            for name, entry in catalog.items()
            if name not in hidden and _is_served(entry, catalog)
        },
        catalog=catalog,
        prices=prices,
        wants_simulator=any(channel.simulated for channel in channels),
        simulator_url=simulator_url,
    )


def _shares_of(
    routes: Mapping[str, Sequence[Route]], catalog: Mapping[str, Entry], hidden: set[str]
) -> Mapping[str, Shares]:
    """Where each model that people see is called at one endpoint, its fallbacks last."""
    fallbacks = {entry.name: entry.said.fallbacks for entry in catalog.values() if entry.said.fallbacks}
    found = routing.with_fallbacks(routes, fallbacks)
    return {name: Shares(each) for name, each in found.items() if name not in hidden}


def _is_served(entry: Entry, catalog: Mapping[str, Entry]) -> bool:
    """By a channel of its own or of a fallback."""
    return any(catalog[name].servings for name in (entry.name, *entry.said.fallbacks) if name in catalog)


def _routes_of(channel: Channel, model: ChannelModel, keyring: Keyring, simulator_url: str | None) -> list[Route]:
    """Its keys share the channel's share; none where the channel cannot be called."""
    try:
        targets = targets_of(channel, model.upstream_model, keyring, simulator_url)
    except UndecryptableError:
        _log.error("channel_key_undecryptable", channel_id=channel.id)
        return []
    except (AppError, ValueError) as error:
        _log.error("channel_unusable", channel_id=channel.id, reason=str(error))
        return []
    return [Route(target, channel.weight / len(targets), channel.priority) for target in targets]
