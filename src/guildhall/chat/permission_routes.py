"""The API of permissions and rules of the person who asks."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from guildhall.chat import permissions, request_queries, rule_queries
from guildhall.chat.permission_schemas import (
    DecisionIn,
    PermissionOut,
    PermissionRuleChange,
    PermissionRuleIn,
    PermissionRuleOut,
)
from guildhall.chat.request_tables import PermissionRow, RuleRow
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])
SessionFilter = Annotated[str | None, Query(max_length=40)]


@router.get("/permissions", response_model=Page[PermissionOut])
async def list_permissions(
    user_id: UserId, session: DbSession, cursor: PageCursor, session_id: SessionFilter = None
) -> dict[str, Any]:
    """What waits for a word of yours, oldest first: in one session, or in all."""
    place = cursor.position(str)
    rows = await request_queries.pending_of(
        session, PermissionRow, user_id, session_id=session_id, after=place[0] if place else "", limit=cursor.limit + 1
    )
    return page_of(rows, cursor, lambda row: [row.id])


@router.post("/permissions/{permission_id}/decide", response_model=PermissionOut)
async def decide_permission(permission_id: str, body: DecisionIn, user_id: UserId, session: DbSession) -> PermissionRow:
    """Allow a tool call once, allow it and its like always, or reject it; the first word counts."""
    return await permissions.decide(session, user_id, permission_id, body)


@router.get("/rules", response_model=Page[PermissionRuleOut])
async def list_rules(user_id: UserId, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """Your rules, oldest first."""
    place = cursor.position(str)
    rows = await rule_queries.rules_of(session, user_id, after=place[0] if place else "", limit=cursor.limit + 1)
    return page_of(rows, cursor, lambda row: [row.id])


@router.post("/rules", response_model=PermissionRuleOut, status_code=201)
async def add_rule(body: PermissionRuleIn, user_id: UserId, session: DbSession) -> RuleRow:
    """Let agents do something without asking, have them ask, or forbid it."""
    return await permissions.add_rule(session, user_id, body)


@router.patch("/rules/{rule_id}", response_model=PermissionRuleOut)
async def change_rule(rule_id: str, body: PermissionRuleChange, user_id: UserId, session: DbSession) -> RuleRow:
    """Change what a rule says."""
    return await permissions.change_rule(session, user_id, rule_id, body)


@router.delete("/rules/{rule_id}", status_code=204)
async def remove_rule(rule_id: str, user_id: UserId, session: DbSession) -> None:
    """Forget a rule."""
    await permissions.remove_rule(session, user_id, rule_id)
