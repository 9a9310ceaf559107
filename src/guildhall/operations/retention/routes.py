"""HTTP of retention: what is kept for how long, what another time would remove, and removing now."""

from dataclasses import asdict

from fastapi import APIRouter, Request

from guildhall.accounts.web import Admin
from guildhall.core.web import DbSession
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.runs import RUN, Retention
from guildhall.operations.retention.schemas import (
    RetentionKindOut,
    RetentionPreviewIn,
    RetentionPreviewOut,
    RetentionRunOut,
)

router = APIRouter(prefix="/api/v1/operations/retention", tags=["operations"])


@router.get("", response_model=list[RetentionKindOut])
async def list_retention(_: Admin, request: Request) -> list[RetentionKindOut]:
    """Every kind, how long it is kept and how much of it there is; the times are the document `retention`."""
    retention, policy = _retention(request), _retention(request).policy()
    return [
        RetentionKindOut(
            kind=name,
            description=RetentionPolicy.model_fields[name].description or "",
            days=policy.days_of(name),
            default_days=RetentionPolicy().days_of(name),
            most_bytes=policy.most_bytes_of(name),
            **asdict(await retention.measure(name)),
        )
        for name in retention.kinds
    ]


@router.post("/preview", response_model=RetentionPreviewOut)
async def preview_retention(body: RetentionPreviewIn, _: Admin, request: Request) -> RetentionPreviewOut:
    """What a run would remove if this kind were kept for so many days and might take up so much; nothing is removed.

    Without `most_gigabytes` it is the limit in force that counts.
    """
    retention = _retention(request)
    policy = retention.policy()
    if "most_gigabytes" in body.model_fields_set:
        policy = policy.model_copy(update={"most_gigabytes": body.most_gigabytes})
    amount = await retention.preview(body.kind, body.days, policy.most_bytes_of(body.kind))
    return RetentionPreviewOut(**asdict(amount))


@router.post("/run", response_model=RetentionRunOut, status_code=202)
async def run_retention(admin: Admin, session: DbSession, request: Request) -> RetentionRunOut:
    """Remove now what is too old, rather than tonight; the job tells how far it is."""
    job_id = await request.app.state.jobs.enqueue(session, RUN, user_id=admin.id)
    return RetentionRunOut(job_id=job_id)


def _retention(request: Request) -> Retention:
    retention: Retention = request.app.state.retention
    return retention
