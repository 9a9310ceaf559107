"""HTTP of people's limits and keys, for admins."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request

from guildhall.accounts import keys, queries, user_limits, user_queries, users
from guildhall.accounts.key_routes import after_key, require_endpoints
from guildhall.accounts.key_schemas import KeyChangeIn, KeyOut
from guildhall.accounts.limit_schemas import LimitsIn, LimitsOut
from guildhall.accounts.profile_routes import AnId
from guildhall.accounts.tables import ApiKey, UserLimits
from guildhall.accounts.web import Acting, Admin, Person
from guildhall.core.web import DbSession, Page, PageCursor, page_of

router = APIRouter(prefix="/api/v1/users/{user_id}", tags=["accounts"])


@router.get("/limits", response_model=LimitsOut | None)
async def read_user_limits(user_id: AnId, _: Admin, session: DbSession) -> UserLimits | None:
    """Someone's own limits of model calls; null where what is usual for the role holds."""
    await users.find(session, user_id)
    return await user_queries.limits_of(session, user_id)


@router.put("/limits", response_model=LimitsOut)
async def put_user_limits(
    user_id: AnId, body: LimitsIn, _: Admin, __: Person, acting: Acting, session: DbSession
) -> UserLimits:
    """Give someone limits of their own, in force within a second; they replace what is usual for the role."""
    return await user_limits.put(session, acting, user_id, body)


@router.delete("/limits", status_code=204)
async def remove_user_limits(user_id: AnId, _: Admin, __: Person, acting: Acting, session: DbSession) -> None:
    """Let what is usual for the role hold again."""
    await user_limits.remove(session, acting, user_id)


@router.get("/keys", response_model=Page[KeyOut])
async def list_user_keys(user_id: AnId, _: Admin, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """Someone's keys that have not been revoked, newest first."""
    await users.find(session, user_id)
    rows: Sequence[Any] = await queries.keys_of(session, user_id, limit=cursor.limit + 1, after=after_key(cursor))
    return page_of(rows, cursor, lambda key: [key.id])


@router.patch("/keys/{key_id}", response_model=KeyOut)
async def change_user_key(
    user_id: AnId,
    key_id: AnId,
    body: KeyChangeIn,
    _: Admin,
    __: Person,
    acting: Acting,
    session: DbSession,
    request: Request,
) -> ApiKey:
    """Change someone's key, in force at once."""
    require_endpoints(request, body.endpoints)
    return await keys.change(session, acting, await users.find(session, user_id), key_id, body)


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_user_key(
    user_id: AnId, key_id: AnId, _: Admin, __: Person, acting: Acting, session: DbSession
) -> None:
    """End someone's key at once."""
    await keys.revoke(session, acting, await users.find(session, user_id), key_id)
