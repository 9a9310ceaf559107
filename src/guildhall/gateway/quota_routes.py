"""HTTP of quotas: how much of them has been used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from guildhall.accounts import queries as account_queries
from guildhall.accounts import users
from guildhall.accounts.keys import MOST_KEYS
from guildhall.accounts.tables import QuotaPeriod
from guildhall.accounts.web import CurrentUser
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import ForbiddenError
from guildhall.core.web import DbSession, PlainText
from guildhall.edge import queries as edge_queries
from guildhall.edge.allowances import Allowance, ends
from guildhall.gateway.runtime import Gateway

router = APIRouter(prefix="/api/v1/gateway/quotas", tags=["gateway"])


class QuotaOut(BaseModel):
    """A quota of a person or of one of their keys, and what has been used of it in the present period; null is no
    bound. Money is in billionths of the currency. What ended within the last second may not be counted yet."""

    kind: Literal["user", "key"]
    id: str
    name: str
    period: QuotaPeriod
    resets_at: datetime | None
    quota_nano: int | None
    used_nano: int
    quota_tokens: int | None
    used_tokens: int
    currency: str


@router.get("", response_model=list[QuotaOut])
async def list_quotas(
    user: CurrentUser,
    session: DbSession,
    request: Request,
    user_id: Annotated[PlainText | None, Query(max_length=40)] = None,
) -> list[QuotaOut]:
    """One's own quotas: of the account, then of its keys. Admins may ask for somebody else's."""
    if user_id is not None and user_id != user.id:
        if user.role != "admin":
            raise ForbiddenError("admin_only", "Only admins see the quotas of others.")
        user = await users.find(session, user_id)
    gateway: Gateway = request.app.state.gateway
    await gateway.directory.catch_up()
    keys = await account_queries.keys_of(session, user.id, limit=MOST_KEYS, after=None)
    subjects = [(user.name, gateway.directory.allowance_of_person(user.id, user.role))]
    subjects += [(key.name, gateway.directory.snapshot.allowances.get(key.id)) for key in keys]
    return await _quotas(session, subjects, gateway.prices.currency)


async def _quotas(session: Session, subjects: Sequence[tuple[str, Allowance | None]], currency: str) -> list[QuotaOut]:
    found, moment = [], now()
    for name, allowance in subjects:
        budget = allowance.budget(moment) if allowance is not None else None
        if allowance is None or allowance.quota is None or budget is None:
            continue
        nano, tokens = await edge_queries.used(session, allowance.subject, since=budget.since)
        kind, _, subject_id = allowance.subject.partition(":")
        found.append(
            QuotaOut(
                kind="key" if kind == "key" else "user",
                id=subject_id,
                name=name,
                period=allowance.quota.period,
                resets_at=ends(allowance.quota.period, moment),
                quota_nano=allowance.quota.nano,
                used_nano=nano,
                quota_tokens=allowance.quota.tokens,
                used_tokens=tokens,
                currency=currency,
            )
        )
    return found
