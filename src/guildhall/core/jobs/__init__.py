"""Jobs: durable work, enqueued in the transaction of the thing it is about, run by a worker, resumed after a crash.

A wing declares kinds of job (`Job`, `Queue`, `Retries`, `Schedule`) and enqueues them (`Jobs.enqueue`); a job is a
coroutine called with a `JobContext` and ids, and reads the rest from rows. What it does in `context.step` it does once;
what it does outside of steps may be done again after a crash.

Reading order: `kinds` (what is declared), `context` (what a job holds), `transitions` (its states), `runs` (what runs
here), `runner` (a process's jobs), `janitor` (workers that died), `cron` and `schedules`, `figures`, `engine` (DBOS,
known to that module alone).
"""

from guildhall.core.jobs.context import JobContext
from guildhall.core.jobs.engine import upgrade
from guildhall.core.jobs.kinds import CatchUp, GiveUpError, Job, Queue, Rate, Retries, Schedule
from guildhall.core.jobs.runner import Jobs, Pace

__all__ = [
    "CatchUp",
    "GiveUpError",
    "Job",
    "JobContext",
    "Jobs",
    "Pace",
    "Queue",
    "Rate",
    "Retries",
    "Schedule",
    "upgrade",
]
