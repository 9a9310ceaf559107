"""Permissions: what an agent's tool call waits for, and how its session's owner decides. The first word counts."""

from collections.abc import Sequence
from typing import Literal

from guildhall.chat import queries, request_queries, requests, rule_queries, sessions
from guildhall.chat.errors import already_decided, rule_not_found, session_not_found, too_many_rules
from guildhall.chat.permission_schemas import DecisionIn, PermissionOut, PermissionRuleChange, PermissionRuleIn
from guildhall.chat.request_tables import PermissionRow, RuleRow
from guildhall.chat.rules import CAUTIONS, Action, Rule, is_beyond, judge
from guildhall.chat.tables import ChatSession
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.engines.api import Mode, PermissionRequest

_MOST_RULES = 500


async def verdict(session: Session, row: ChatSession, request: PermissionRequest, *, is_sandboxed: bool) -> Action:
    """What the rules that hold in a session, and its mode, say of a call."""
    stored = await rule_queries.rules_for(session, row.user_id, workspace_id=row.workspace_id, session_id=row.id)
    rules = [*CAUTIONS, *(Rule(rule.tool, rule.pattern, _action(rule.action)) for rule in stored)]
    return judge(rules, _mode(row.mode), request, is_sandboxed=is_sandboxed)


def forbidder(row: ChatSession, request: PermissionRequest) -> Literal["mode", "rule"]:
    """What it is that forbids a call."""
    return "mode" if is_beyond(_mode(row.mode), request) else "rule"


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
    await requests.put(session, row, permission)
    return permission


async def decide(session: Session, owner: str, permission_id: str, decision: DecisionIn) -> PermissionRow:
    """Decide for the owner, and for what else waits that a new rule covers. Raises `permission_not_found`,
    `already_decided`, `too_many_rules`."""
    permission, row = await requests.find(session, PermissionRow, owner, permission_id)
    status = "rejected" if decision.decision == "reject" else "allowed"
    if not await requests.close(session, permission, status, message=decision.message):
        raise already_decided(permission.status)
    if decision.decision == "always":
        for pattern in decision.patterns or permission.suggestions or permission.patterns:
            rule = PermissionRuleIn(tool=permission.tool, pattern=pattern, action="allow")
            await add_rule(session, owner, rule.model_copy(update=_place(row, decision)))
        await _free_others(session, owner, row)
    await requests.show_waiting(session, row.id)
    return permission


async def add_rule(session: Session, owner: str, rule: PermissionRuleIn) -> RuleRow:
    """Store a rule. Raises `too_many_rules`, `session_not_found`, `workspace_not_found`."""
    if rule.session_id is not None and await queries.session_of(session, owner, rule.session_id) is None:
        raise session_not_found()
    await sessions.require_workspace(session, owner, rule.workspace_id)
    if await rule_queries.rule_count(session, owner) >= _MOST_RULES:
        raise too_many_rules(_MOST_RULES)
    row = RuleRow(id=new_id("ru"), user_id=owner, created_at=now(), **rule.model_dump())
    await rule_queries.add(session, row)
    return row


async def change_rule(session: Session, owner: str, rule_id: str, change: PermissionRuleChange) -> RuleRow:
    """Change what a rule says. Raises `rule_not_found`."""
    row = await rule_queries.rule_of(session, owner, rule_id)
    if row is None:
        raise rule_not_found()
    for name, value in change.model_dump(exclude_none=True).items():
        setattr(row, name, value)
    return row


async def remove_rule(session: Session, owner: str, rule_id: str) -> None:
    """Forget a rule. Raises `rule_not_found`."""
    if await rule_queries.rule_of(session, owner, rule_id) is None:
        raise rule_not_found()
    await rule_queries.remove_rule(session, rule_id)


def shown(rows: Sequence[PermissionRow]) -> list[PermissionOut]:
    """Permissions as their owner sees them."""
    return [PermissionOut.model_validate(row) for row in rows]


async def _free_others(session: Session, owner: str, row: ChatSession) -> None:
    """Allow what else waits in this session and is covered by now."""
    for other in await request_queries.pending_of(session, PermissionRow, owner, session_id=row.id):
        request = PermissionRequest(
            other.tool_call_id,
            other.tool,
            other.kind,  # type: ignore[arg-type] # as the engine gave it
            tuple(other.patterns),
            is_opaque=other.is_opaque,
        )
        if await verdict(session, row, request, is_sandboxed=False) == "allow":
            await requests.close(session, other, "allowed")


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
