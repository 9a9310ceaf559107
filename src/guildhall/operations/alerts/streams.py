"""The event stream `operations.alerts`: tells admins that something fires or no longer does."""

from typing import Any

from guildhall.accounts import queries as accounts
from guildhall.core.db import Session
from guildhall.core.realtime import StreamKind
from guildhall.operations.alerts import queries
from guildhall.operations.alerts.watch import STREAM


async def _may_read(session: Session, user_id: str, rest: str) -> bool:
    user = await accounts.user_by_id(session, user_id)
    return not rest and user is not None and user.role == "admin"


async def _snapshot(session: Session, _user_id: str, _rest: str) -> dict[str, Any]:
    return {"firing": await queries.firing_counts(session)}


KINDS = [StreamKind(STREAM, _may_read, _snapshot)]
