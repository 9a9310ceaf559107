"""The gate: the IP rules in force, in memory, asked for every request of every transport.

An answer is kept for each address until the rules change, so that asking again costs a look into a dictionary. What
rules count and turn away is written in the background, in one small transaction every few seconds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from guildhall.accounts import ip_rule_queries as queries
from guildhall.accounts.ip_table import IpTable, Rule, in_force
from guildhall.accounts.tables import IpRule
from guildhall.core.addresses import network_of
from guildhall.core.bus import Bus
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Database, Session
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.core.live import Live
from guildhall.core.tasks import end

STREAM = "accounts.ip_rules"
KEPT_ATTEMPTS = 50  # of each rule
_WRITE_SECONDS = 2.0
_REMEMBERED = 20_000
_WAITING_ATTEMPTS = 200
_PATH_LENGTH = 200
_log = structlog.get_logger("guildhall.ip_rules")


@dataclass(slots=True)
class _Answer:
    """What an address is told, and how often it asked since that was last written down."""

    allows: bool
    rule_id: str | None
    hits: int = 0


class IpGate:
    """Says by address who may come in. One for each process, asked by every transport."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self.listeners: list[Callable[[], None]] = []
        self._db = db
        self._rules: list[Rule] = []
        self._table = IpTable()
        self._is_open = True  # there is no rule at all
        self._answers: dict[str, _Answer] = {}
        self._hits: dict[str, int] = {}
        self._attempts: deque[tuple[str, datetime, str, str]] = deque(maxlen=_WAITING_ATTEMPTS)
        self._expiry: asyncio.TimerHandle | None = None
        self._writer: asyncio.Task[None] | None = None
        self._live = Live(db, bus, STREAM, self._load)
        self.catch_up = self._live.catch_up

    # --- what transports ask -----------------------------------------------------------------------------------

    def allowed(self, address: str) -> bool:
        """Whether a request from this address may come in. Call it once a request: rules count their hits."""
        if self._is_open:
            return True
        answer = self._answers.get(address)
        if answer is None:
            answer = self._decide(address)
        answer.hits += 1
        return answer.allows

    def admits(self, address: str) -> bool:
        """The same without counting, for what came in earlier."""
        return self._table.admits(address)

    def refused(self, address: str, path: str) -> None:
        """Take note of a request that was turned away."""
        rule = self._table.rule_of(address)
        if rule is not None:
            clean = path.replace("\x00", "").encode(errors="replace").decode()
            self._attempts.append((rule.id, now(), address, clean[:_PATH_LENGTH]))

    # --- keeping current -----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Read the rules, follow them, and begin to write what they count."""
        await self._live.start()
        self._writer = asyncio.create_task(self._write_for_ever(), name="ip-gate-writer")

    async def stop(self) -> None:
        """Write what is left."""
        await self._live.stop()
        if self._expiry is not None:
            self._expiry.cancel()
        if self._writer is not None:
            await end(self._writer)
            await self._write()

    async def _load(self, session: Session) -> None:
        self._rules = as_rules(await queries.all_rules(session))
        self._rebuild()

    def _rebuild(self) -> None:
        """Put in force what has not expired, and come back when the next rule does."""
        moment = now()
        rules = in_force(self._rules, moment)
        self._collect()
        self._table = IpTable(rules)
        self._is_open = not rules
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        ends = [rule.expires_at for rule in rules if rule.expires_at is not None]
        if ends:
            # At most an hour ahead: the wall clock may be set meanwhile.
            seconds = min(max(0.01, (min(ends) - moment).total_seconds()), 3600)
            self._expiry = asyncio.get_running_loop().call_later(seconds, self._rebuild)
        for listener in self.listeners:
            listener()

    def _decide(self, address: str) -> _Answer:
        if len(self._answers) >= _REMEMBERED:
            self._collect()
        rule = self._table.rule_of(address)
        answer = _Answer(self._table.admits(address), rule.id if rule else None)
        self._answers[address] = answer
        return answer

    def _collect(self) -> None:
        """Forget what addresses were told, and keep what rules have counted."""
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            if answer.rule_id is not None and answer.hits:
                self._hits[answer.rule_id] = self._hits.get(answer.rule_id, 0) + answer.hits

    # --- writing what was counted --------------------------------------------------------------------------------

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await self._write()

    async def _write(self) -> None:
        for answer in self._answers.values():
            if answer.rule_id is not None and answer.hits:
                self._hits[answer.rule_id] = self._hits.get(answer.rule_id, 0) + answer.hits
                answer.hits = 0
        if not self._hits and not self._attempts:
            return
        hits, self._hits = self._hits, {}
        attempts = list(self._attempts)
        self._attempts.clear()
        try:
            async with self._db.write() as session:
                await _store(session, hits, attempts)
        except Conflict:  # a rule went away meanwhile, and what it counted with it
            return
        except (AppError, OSError) as error:
            _log.warning("hits_not_written", reason=str(error))
            for rule_id, count in hits.items():
                self._hits[rule_id] = self._hits.get(rule_id, 0) + count
            self._attempts.extendleft(reversed(attempts[-(_WAITING_ATTEMPTS - len(self._attempts)) :]))


def as_rules(rows: Sequence[IpRule]) -> list[Rule]:
    """Stored rules as the table needs them."""
    return [Rule(row.id, network_of(row.network), row.kind == "allow", row.expires_at) for row in rows]


async def _store(session: Session, hits: dict[str, int], attempts: list[tuple[str, datetime, str, str]]) -> None:
    known = await queries.existing(session, {*hits, *(attempt[0] for attempt in attempts)})
    await queries.count_hits(session, {rule_id: count for rule_id, count in hits.items() if rule_id in known}, now())
    kept: dict[str, list[tuple[str, datetime, str, str]]] = {}
    for attempt in attempts:
        if attempt[0] in known:
            kept.setdefault(attempt[0], []).append(attempt)
    for rule_id, newest in sorted(kept.items()):
        rows = [
            {"id": new_id("ia"), "rule_id": rule_id, "at": at, "address": address, "path": path}
            for _, at, address, path in newest[-KEPT_ATTEMPTS:]
        ]
        await queries.add_attempts(session, rows)
        await queries.trim_attempts(session, rule_id, keep=KEPT_ATTEMPTS)
