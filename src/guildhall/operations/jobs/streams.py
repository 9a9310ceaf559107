"""The event stream of a job, `job.{id}`: its progress and its end, for admins and for whoever asked for it."""

from typing import Any

from guildhall.accounts import queries as accounts
from guildhall.core.db import Session
from guildhall.core.jobs import queries
from guildhall.core.realtime import StreamKind
from guildhall.operations.jobs.routes import job_out


async def _may_read(session: Session, user_id: str, job_id: str) -> bool:
    row = await queries.job_by_id(session, job_id)
    if row is None:
        return False
    user = await accounts.user_by_id(session, user_id)
    return row.user_id == user_id or (user is not None and user.role == "admin")


async def _snapshot(session: Session, _user_id: str, job_id: str) -> dict[str, Any]:
    row = await queries.job_by_id(session, job_id)
    return {"job": job_out(row).model_dump(mode="json") if row else None}


KINDS = [StreamKind("job.", _may_read, _snapshot)]
