"""Permissions: what an agent's tool call waits for, and how its session's owner decides. The first word counts."""

from collections.abc import Sequence

from guildhall.accounts.streams import user_stream
from guildhall.chat import permission_queries, queries, sessions, streams
from guildhall.chat.errors import (
    already_decided,
    permission_not_found,
    rule_not_found,
    session_not_found,
    too_many_rules,
)
from guildhall.chat.permission_schemas import DecisionIn, PermissionOut, PermissionRuleChange, PermissionRuleIn
from guildhall.chat.rules import CAUTIONS, Action, Rule, judge
from guildhall.chat.tables import ChatSession, PermissionRow, RuleRow
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.engines.api import Mode, PermissionRequest

DECIDED = "permission.decided"
_MOST_RULES = 500


async def verdict(session: Session, row: ChatSession, request: PermissionRequest, *, is_sandboxed: bool) -> Action:
    """What the rules that hold in a session, and its mode, say of a call."""
    stored = await permission_queries.rules_for(session, row.user_id, workspace_id=row.workspace_id, session_id=row.id)
    rules = [*CAUTIONS, *(Rule(rule.tool, rule.pattern, _action(rule.action)) for rule in stored)]
    return judge(rules, _mode(row.mode), request, is_sandboxed=is_sandboxed)


async def ask(session: Session, row: ChatSession, turn_id: str, request: PermissionRequest) -> PermissionRow:
    """Have a call wait for the session's owner."""
    permission = PermissionRow(
        id=new_id("pe"),
        user_id=row.user_id,
        session_id=row.id,
        turn_id=turn_id,
        tool_call_id=request.tool_call_id,
        tool=request.tool,
        kind=request.kind,
        patterns=list(request.patterns),
        suggestions=list(request.suggestions),
        details=dict(request.details),
        is_opaque=request.is_opaque,
        status="pending",
        message="",
        created_at=now(),
    )
    await permission_queries.add(session, permission)
    await _tell(session, permission, "permission.asked")
    await _show_waiting(session, row)
    return permission


async def decide(session: Session, owner: str, permission_id: str, decision: DecisionIn) -> PermissionRow:
    """Decide for the owner, and for what else waits that a new rule covers. Raises `permission_not_found`,
    `already_decided`, `too_many_rules`."""
    permission = await permission_queries.permission_of(session, owner, permission_id)
    if permission is None:
        raise permission_not_found()
    row = await queries.locked_session_of(session, owner, permission.session_id)
    if row is None:
        raise permission_not_found()
    status = "rejected" if decision.decision == "reject" else "allowed"
    if not await close(session, permission, status, decision.message):
        raise already_decided(permission.status)
    if decision.decision == "always":
        for pattern in decision.patterns or permission.suggestions or permission.patterns:
            rule = PermissionRuleIn(tool=permission.tool, pattern=pattern, action="allow")
            await add_rule(session, owner, rule.model_copy(update=_place(row, decision)))
        await _free_others(session, owner, row)
    await _show_waiting(session, row)
    return permission


async def close(session: Session, permission: PermissionRow, status: str, message: str = "") -> bool:
    """Write down a decision and tell the turn and every tab; False when there was one already."""
    is_first = await permission_queries.settle(session, permission.id, status, message, now())
    await session.refresh(permission)
    if is_first:
        await _tell(session, permission, DECIDED)
    return is_first


async def cancel(session: Session, session_id: str, turn_id: str) -> None:
    """Nobody waits any more for what a turn asked."""
    for permission in await permission_queries.pending_in(session, session_id, turn_id):
        await close(session, permission, "cancelled")


async def take_back(session: Session, turn_id: str, tool_call_id: str) -> None:
    """Nobody waits any more for a call that has ended without a word."""
    permission = await permission_queries.by_call(session, turn_id, tool_call_id)
    if permission is not None and permission.status == "pending":
        await close(session, permission, "cancelled")
        await show_waiting(session, permission.session_id)


async def show_waiting(session: Session, session_id: str) -> None:
    """Show whether a session waits for its owner."""
    row = await queries.session_by_id(session, session_id)
    if row is not None:
        await _show_waiting(session, row)


async def add_rule(session: Session, owner: str, rule: PermissionRuleIn) -> RuleRow:
    """Store a rule. Raises `too_many_rules`, `session_not_found`, `workspace_not_found`."""
    if rule.session_id is not None and await queries.session_of(session, owner, rule.session_id) is None:
        raise session_not_found()
    await sessions.require_workspace(session, owner, rule.workspace_id)
    if await permission_queries.rule_count(session, owner) >= _MOST_RULES:
        raise too_many_rules(_MOST_RULES)
    row = RuleRow(id=new_id("ru"), user_id=owner, created_at=now(), **rule.model_dump())
    await permission_queries.add(session, row)
    return row


async def change_rule(session: Session, owner: str, rule_id: str, change: PermissionRuleChange) -> RuleRow:
    """Change what a rule says. Raises `rule_not_found`."""
    row = await permission_queries.rule_of(session, owner, rule_id)
    if row is None:
        raise rule_not_found()
    for name, value in change.model_dump(exclude_none=True).items():
        setattr(row, name, value)
    return row


async def remove_rule(session: Session, owner: str, rule_id: str) -> None:
    """Forget a rule. Raises `rule_not_found`."""
    if await permission_queries.rule_of(session, owner, rule_id) is None:
        raise rule_not_found()
    await permission_queries.remove_rule(session, rule_id)


def shown(rows: Sequence[PermissionRow]) -> list[PermissionOut]:
    """Permissions as their owner sees them."""
    return [PermissionOut.model_validate(row) for row in rows]


async def _free_others(session: Session, owner: str, row: ChatSession) -> None:
    """Allow what else waits in this session and is covered by now."""
    for other in await permission_queries.pending_of(session, owner, session_id=row.id):
        request = PermissionRequest(
            other.tool_call_id,
            other.tool,
            other.kind,  # type: ignore[arg-type] # as the engine gave it
            tuple(other.patterns),
            is_opaque=other.is_opaque,
        )
        if await verdict(session, row, request, is_sandboxed=False) == "allow":
            await close(session, other, "allowed")


async def _show_waiting(session: Session, row: ChatSession) -> None:
    waits = await permission_queries.pending_count(session, row.id)
    state = "waiting" if waits else "running"
    if row.state not in ("idle", state):
        row.state, row.updated_at = state, now()
        await session.flush()
        await streams.publish_session(session, row)


async def _tell(session: Session, permission: PermissionRow, event: str) -> None:
    body = {"permission": PermissionOut.model_validate(permission).model_dump(mode="json")}
    await events.publish(session, streams.session_stream(permission.session_id), event, body)
    await events.publish(session, user_stream(permission.user_id), event, body)


def _place(row: ChatSession, decision: DecisionIn) -> dict[str, str]:
    """Where a new rule holds; without a workspace, its rules are the session's."""
    if decision.scope == "everywhere":
        return {}
    if decision.scope == "workspace" and row.workspace_id is not None:
        return {"workspace_id": row.workspace_id}
    return {"session_id": row.id}


def _action(action: str) -> Action:
    return "allow" if action == "allow" else "deny" if action == "deny" else "ask"


def _mode(mode: str) -> Mode:
    return "plan" if mode == "plan" else "edit" if mode == "edit" else "full" if mode == "full" else "ask"
