"""The directory: who may call and where each model is served, as tables in memory that every call reads.

A snapshot never changes; a new one replaces it as a whole when keys, users or channels have changed anywhere. A caller
or model that is not found makes the directory look once more, so that a new key works from the moment it is shown.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from guildhall.accounts import queries as account_queries
from guildhall.accounts import user_queries
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core.bus import Bus
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError, UnavailableError
from guildhall.core.queries import position
from guildhall.core.secrets import Keyring
from guildhall.edge import affinity
from guildhall.edge.allowances import Allowance
from guildhall.edge.call import Call, Caller, Target
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway import price_queries, queries, routing
from guildhall.gateway.allowed import Allowances, allowances_of
from guildhall.gateway.call_limits import CallLimits
from guildhall.gateway.callers import REMEMBERED, callers_of
from guildhall.gateway.circuits import REFUSALS, Circuits
from guildhall.gateway.paces import Paces
from guildhall.gateway.price_book import Quote
from guildhall.gateway.routing import Shares
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.snapshot import Snapshot, build

_LOOK_SECONDS = 5.0
_SIMULATOR_SECONDS = 10.0
_NONE = Shares(())
_NOWHERE: Mapping[str, Shares] = {}
_log = structlog.get_logger("guildhall.gateway")


class LiveDirectory:
    """The current snapshot, kept current; and the health of channels, which outlives snapshots."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        keyring: Keyring,
        simulator: SimulatorProcess,
        limits: Callable[[], CallLimits] = CallLimits,
    ) -> None:
        self._db = db
        self._bus = bus
        self._keyring = keyring
        self._simulator = simulator
        self._allowances = Allowances(limits)
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.circuits = Circuits()
        self._health = self.circuits.health
        self._resting = self.circuits.resting
        self._prices: tuple[str, Mapping[str, Sequence[Quote]]] = ("", {})  # and which the newest of them is
        self.load_of: routing.Load = routing.idle
        self.paces = Paces()
        self.on_change: Callable[[Snapshot], None] = lambda _snapshot: None
        self.on_refused: Callable[[Target], None] = lambda _target: None
        self.snapshot = Snapshot()

    # --- what the edge asks ------------------------------------------------------------------------------------

    def caller_of(self, digest: bytes) -> Caller | None:
        """The owner of the API key with this digest."""
        return self.snapshot.callers.get(digest)

    def targets(self, call: Call) -> Sequence[Target]:
        """Where the call's model can be called at its endpoint, best first; empty when it can't."""
        shares = self.snapshot.shares.get(call.endpoint.path, _NOWHERE).get(call.model, _NONE)
        if shares.only is not None and not self._resting:
            return shares.only
        return self._ordered(shares, call)

    def at_once(self, call: Call) -> Sequence[Target]:
        """The same, where the best of them is well; otherwise empty."""
        shares = self.snapshot.shares.get(call.endpoint.path, _NOWHERE).get(call.model, _NONE)
        if shares.only is not None and not self._resting:
            return shares.only
        targets = self._ordered(shares, call)
        return () if targets and self.rests(targets[0]) else targets

    def _ordered(self, shares: Shares, call: Call) -> Sequence[Target]:
        moment = time.monotonic() if self._resting else 0.0
        if shares.is_sticky:
            return routing.order_alike(shares, self._resting, now=moment, seed=affinity.of(call))
        draws = random.random(), random.random()  # noqa: S311 - shares, no secrets
        return routing.order(shares, self._resting, now=moment, draws=draws, load=self.load_of, pace=self.paces.of)

    def allowances(self, caller: Caller, address: str) -> Sequence[Allowance]:
        """What this caller may ask for; nothing where nothing is limited."""
        return self._allowances.of(self.snapshot.allowances, caller, address)

    def limits_changed(self) -> None:
        """What is usual for roles and addresses is another, perhaps."""
        self._allowances.refresh()

    def allowance_of_person(self, user_id: str, role: str) -> Allowance | None:
        """What a person may ask for, by all keys and pages together."""
        return self._allowances.of_person(self.snapshot.allowances, Caller(user_id, None, role=role))

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

    async def find(self, call: Call) -> Sequence[Target]:
        """`targets`, after catching up and after waiting for a simulator that is starting."""
        await self.catch_up()
        if call.model in self.snapshot.models and not self.is_up(call.model):
            await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
            await self.catch_up()
        return self.targets(call)

    def rests(self, target: Target) -> bool:
        """Whether it has failed, and not answered since."""
        return bool(self._resting) and self.circuits.rests(target)

    def wait(self, call: Call, target: Target, *, is_first: bool) -> float:
        """0 when the call may ask there, else the seconds after which that may be worth while."""
        return self.circuits.wait(call, target, is_first=is_first) if self._resting else 0.0

    def left(self, call: Call, target: Target) -> None:
        """The call has been answered there, or is no longer there."""
        if self._resting:
            self.circuits.left(call, target)

    def succeeded(self, target: Target) -> None:
        """A channel answered."""
        if self._health:
            self.circuits.succeeded(target)

    def failed(self, call: Call, target: Target, failure: UpstreamFailure) -> None:
        """A channel failed through no fault of the caller."""
        self.circuits.failed(call, target, failure)
        if failure.status in REFUSALS:
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
            people = await user_queries.limited_people(session)
            channels = await queries.enabled_channels(session)
            models = await price_queries.described_models(session)
            newest = await price_queries.newest_price(session)
            if newest != self._prices[0]:
                self._prices = newest, await price_queries.quotes(session)
        built = build(seq, callers_of(keys), channels, self._keyring, self._simulator.url, models, self._prices[1])
        own = allowances_of((key for key, _, _ in keys if key.revoked_at is None), people)
        self.snapshot = replace(built, allowances=own)
        self.circuits.keep_only({target.lane for target in self.snapshot.targets()})
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
