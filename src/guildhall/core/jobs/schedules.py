"""Schedules: which jobs run by the clock, what an admin changed about them, and firing each moment once.

Any number of processes may look; a moment is fired by the one that holds the schedule's row first, in the transaction
that stores the job. What is due is computed by `plan`, which is pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.jobs import cron as crons
from guildhall.core.jobs import queries
from guildhall.core.jobs.kinds import CatchUp, Schedule
from guildhall.core.jobs.tables import ScheduleRow
from guildhall.core.jobs.transitions import Order, Transitions

MOST_AT_ONCE = 100
GRACE = timedelta(seconds=60)  # later than this, a moment was missed rather than met
_CORRECTED = timedelta(days=1)
_log = structlog.get_logger("guildhall.jobs")


@dataclass(frozen=True)
class Plan:
    """What to do about a schedule at one moment: which of its moments to run, and when to look again."""

    run: tuple[datetime, ...]
    last_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True)
class ScheduleState:
    """A schedule as it stands."""

    name: str
    job: str
    enabled: bool
    cron: str
    time_zone: str
    default_cron: str
    default_time_zone: str
    catch_up: CatchUp
    next_at: datetime | None
    last_at: datetime | None
    last_job_id: str | None
    changed_at: datetime | None
    changed_by: str | None


def plan(
    cron: str, time_zone: str, catch_up: CatchUp, *, last_at: datetime | None, next_at: datetime | None, now: datetime
) -> Plan:
    """What is due at `now`, given the last moment that was fired and the next that was expected.

    A clock set back does not fire a moment again; one that had run far ahead and was corrected (the last moment lies
    more than a day in the future) is believed, and counting begins anew.
    """
    parsed, zone = crons.parse(cron), crons.zone_of(time_zone)
    is_new = next_at is None or (last_at is not None and last_at > now + _CORRECTED)
    if is_new or next_at is None:
        return Plan((), last_at, crons.next_after(parsed, zone, now))
    if next_at > now:
        return Plan((), last_at, next_at)
    passed = crons.between(parsed, zone, next_at - timedelta(minutes=1), now, most=MOST_AT_ONCE) or [next_at]
    if catch_up == "all":
        chosen = passed
    elif catch_up == "skip":
        chosen = [moment for moment in passed[-1:] if now - moment <= GRACE]
    else:
        chosen = passed[-1:]
    return Plan(tuple(chosen), passed[-1], crons.next_after(parsed, zone, now))


class Schedules:
    """The schedules of one installation, as this process sees them."""

    def __init__(self, db: Database, declared: Iterable[Schedule], transitions: Transitions) -> None:
        self._db = db
        self._declared = {schedule.name: schedule for schedule in declared}
        self._transitions = transitions

    async def begin(self) -> None:
        """Give each declared schedule its row, and see to it that each has a next moment."""
        async with self._db.write() as session:
            for schedule in self._declared.values():
                await queries.add_schedule(session, {"name": schedule.name, "enabled": schedule.enabled})
        await self.fire(now())

    async def fire(self, moment: datetime) -> datetime | None:
        """Store the jobs that are due at `moment`; gives when something is due next."""
        async with self._db.read() as session:
            rows = await queries.schedule_rows(session)
        ahead: list[datetime] = []
        for schedule in self._declared.values():
            row = rows.get(schedule.name)
            if row is None or not row.enabled:
                continue
            far_ahead = row.last_at is not None and row.last_at > moment + _CORRECTED
            next_at = row.next_at
            if next_at is None or next_at <= moment or far_ahead:
                next_at = await self._fire(schedule, moment)
            ahead += [next_at] if next_at else []
        return min(ahead, default=None)

    async def _fire(self, schedule: Schedule, moment: datetime) -> datetime | None:
        async with self._db.write() as session:
            row = await queries.hold_schedule(session, schedule.name)
            if row is None or not row.enabled:
                return None
            state = _state(schedule, row)
            due = plan(
                state.cron, state.time_zone, schedule.catch_up, last_at=row.last_at, next_at=row.next_at, now=moment
            )
            last_job_id = row.last_job_id
            for each in due.run:
                last_job_id = await self._start(session, schedule, each) or last_job_id
            values = {"next_at": due.next_at, "last_at": due.last_at, "last_job_id": last_job_id}
            await queries.change_schedule(session, schedule.name, values)
        return due.next_at

    async def _start(self, session: Session, schedule: Schedule, moment: datetime) -> str | None:
        """Store the job of one moment; none while an earlier one of the schedule still runs, unless all are wanted."""
        if schedule.catch_up != "all":
            running = await queries.open_job_of_schedule(session, schedule.name)
            if running:
                _log.warning("schedule_skipped", schedule=schedule.name, still_runs=running)
                return None
        key = f"{schedule.name}:{moment.isoformat()}"
        order = Order(key=key, schedule=schedule.name, scheduled_for=moment)
        return await self._transitions.add(session, schedule.job, schedule.args, order)

    async def shown(self, session: Session) -> list[ScheduleState]:
        """Every schedule of this version, by name."""
        rows = await queries.schedule_rows(session)
        return [_state(self._declared[name], rows[name]) for name in sorted(self._declared) if name in rows]

    async def change(
        self,
        session: Session,
        name: str,
        user_id: str,
        *,
        enabled: bool | None = None,
        cron: str | None = None,
        time_zone: str | None = None,
    ) -> tuple[ScheduleState, ScheduleState]:
        """Switch a schedule on or off, or let it run at other times; None leaves as it is. Gives before and after."""
        schedule, row = await self._held(session, name)
        before = _state(schedule, row)
        wanted_cron, wanted_zone = cron or before.cron, time_zone or before.time_zone
        following = crons.next_after(crons.parse(wanted_cron), crons.zone_of(wanted_zone), now())
        values = {
            "enabled": row.enabled if enabled is None else enabled,
            "cron": None if wanted_cron == schedule.cron else wanted_cron,
            "time_zone": None if wanted_zone == schedule.time_zone else wanted_zone,
            "next_at": following,
            "changed_at": now(),
            "changed_by": user_id,
        }
        await queries.change_schedule(session, name, values)
        return before, _state(schedule, await self._row(session, name))

    async def run_now(self, session: Session, name: str, user_id: str) -> str:
        """Run a schedule's job out of turn; gives the job's id. Raises `already_running`."""
        schedule, _ = await self._held(session, name)
        running = await queries.open_job_of_schedule(session, name)
        if running:
            raise ConflictError("already_running", "A job of this schedule runs or waits already.", job_id=running)
        order = Order(schedule=name, scheduled_for=now(), user_id=user_id)
        job_id = await self._transitions.add(session, schedule.job, schedule.args, order)
        await queries.change_schedule(session, name, {"last_job_id": job_id})
        return job_id

    async def _held(self, session: Session, name: str) -> tuple[Schedule, ScheduleRow]:
        schedule = self._declared.get(name)
        if schedule is None:
            raise NotFoundError("schedule_not_found", "There is no such schedule.")
        return schedule, await self._row(session, name)

    async def _row(self, session: Session, name: str) -> ScheduleRow:
        row = await queries.hold_schedule(session, name)
        if row is None:
            raise NotFoundError("schedule_not_found", "There is no such schedule.")
        return row


def upcoming(cron: str, time_zone: str, after: datetime, *, count: int = 5) -> Sequence[datetime]:
    """The next few moments of an expression, to show before it is stored. Raises `BadRequestError`."""
    parsed, zone = crons.parse(cron), crons.zone_of(time_zone)
    found: list[datetime] = []
    moment: datetime | None = after
    while moment is not None and len(found) < count:
        moment = crons.next_after(parsed, zone, moment)
        found += [moment] if moment else []
    return found


def _state(schedule: Schedule, row: ScheduleRow) -> ScheduleState:
    cron, time_zone = row.cron or schedule.cron, row.time_zone or schedule.time_zone
    try:
        crons.parse(cron)
        crons.zone_of(time_zone)
    except BadRequestError as error:  # this machine knows less than the one where it was stored
        _log.warning("schedule_falls_back", schedule=schedule.name, reason=error.message)
        cron, time_zone = schedule.cron, schedule.time_zone
    return ScheduleState(
        name=schedule.name,
        job=schedule.job,
        enabled=row.enabled,
        cron=cron,
        time_zone=time_zone,
        default_cron=schedule.cron,
        default_time_zone=schedule.time_zone,
        catch_up=schedule.catch_up,
        next_at=row.next_at if row.enabled else None,
        last_at=row.last_at,
        last_job_id=row.last_job_id,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
