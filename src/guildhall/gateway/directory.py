"""The directory: who may call and where each model is served, as tables in memory that every call reads.

A snapshot never changes; a new one replaces it as a whole when keys, users or channels have changed anywhere. A caller
or model that is not found makes the directory look once more, so that a new key works from the moment it is shown.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
from guildhall.gateway import queries, routing
from guildhall.gateway.callers import REMEMBERED, callers_of
from guildhall.gateway.routing import HEALTHY, Health, Route, Shares
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.tables import Channel
from guildhall.gateway.targets import target_of

_LOOK_SECONDS = 5.0
_SIMULATOR_SECONDS = 10.0
_NONE = Shares(())
_log = structlog.get_logger("guildhall.gateway")


@dataclass(frozen=True)
class Snapshot:
    """Everything a call needs to know, as of one event of the directory's stream."""

    seq: int = -1
    callers: Mapping[bytes, Caller] = field(default_factory=dict)
    shares: Mapping[str, Shares] = field(default_factory=dict)
    models: Mapping[str, bool] = field(default_factory=dict)
    """Names of models, and whether only the simulator stands behind them."""
    wants_simulator: bool = False
    simulator_url: str | None = None

    def targets(self) -> list[Target]:
        """Every place a call may go."""
        return [route.target for shares in self.shares.values() for route in shares.routes]


class LiveDirectory:
    """The current snapshot, kept current; and the health of channels, which outlives snapshots."""

    def __init__(self, db: Database, bus: Bus, keyring: Keyring, simulator: SimulatorProcess) -> None:
        self._db = db
        self._bus = bus
        self._keyring = keyring
        self._simulator = simulator
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._health: dict[str, Health] = {}
        self._cooling: dict[str, float] = {}
        self.on_change: Callable[[Snapshot], None] = lambda _snapshot: None
        self.snapshot = Snapshot()

    # --- what the edge asks ------------------------------------------------------------------------------------

    def caller_of(self, digest: bytes) -> Caller | None:
        """The owner of the API key with this digest."""
        return self.snapshot.callers.get(digest)

    def targets(self, model: str) -> Sequence[Target]:
        """Channels that serve the model, best first; empty when none does."""
        shares = self.snapshot.shares.get(model, _NONE)
        moment = time.monotonic() if self._cooling else 0.0
        return routing.order(shares, self._cooling, now=moment, draw=random.random())  # noqa: S311 - a share, no secret

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

    async def find(self, model: str) -> Sequence[Target]:
        """`targets`, after catching up and after waiting for a simulator that is starting."""
        await self.catch_up()
        if model in self.snapshot.models and model not in self.snapshot.shares:
            await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
            await self.catch_up()
        return self.targets(model)

    def succeeded(self, channel_id: str) -> None:
        """A channel answered."""
        if self._health.pop(channel_id, None) is not None:
            self._cooling.pop(channel_id, None)

    def failed(self, channel_id: str) -> None:
        """A channel failed through no fault of the caller."""
        health = routing.after_failure(self._health.get(channel_id, HEALTHY), now=time.monotonic())
        self._health[channel_id] = health
        if health.cool_until:
            self._cooling[channel_id] = health.cool_until

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
        self.snapshot = build(seq, callers_of(keys), channels, self._keyring, self._simulator.url)
        known = {channel.id for channel in channels}
        self._health = {channel_id: health for channel_id, health in self._health.items() if channel_id in known}
        self._cooling = {channel_id: until for channel_id, until in self._cooling.items() if channel_id in known}
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
) -> Snapshot:
    """A snapshot of what the database holds.

    A channel whose key does not open, or that cannot be called for any other reason, serves nothing, and the log says
    so: one odd channel must not keep the others from serving.
    """
    routes: dict[str, list[Route]] = {}
    models: dict[str, bool] = {}
    for channel in channels:
        for model in channel.models:
            models[model.name] = models.get(model.name, True) and channel.simulated
            try:
                target = target_of(channel, model.upstream_model, keyring, simulator_url)
            except UndecryptableError:
                _log.error("channel_key_undecryptable", channel_id=channel.id)
                break
            except (AppError, ValueError) as error:
                _log.error("channel_unusable", channel_id=channel.id, reason=str(error))
                break
            if target is not None:
                routes.setdefault(model.name, []).append(Route(target))
    return Snapshot(
        seq=seq,
        callers=callers,
        shares={name: Shares(found) for name, found in routes.items()},
        models=dict(sorted(models.items())),
        wants_simulator=any(channel.simulated for channel in channels),
        simulator_url=simulator_url,
    )
