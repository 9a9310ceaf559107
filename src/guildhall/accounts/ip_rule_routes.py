"""HTTP of IP rules: who may reach the hall at all, what was turned away, and what an address would be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from guildhall.accounts import ip_rule_queries as queries
from guildhall.accounts import ip_rules
from guildhall.accounts.ip_gate import IpGate, as_rules
from guildhall.accounts.ip_table import IpTable, in_force, text_of
from guildhall.accounts.tables import IpAttempt, IpRule, IpRuleKind
from guildhall.accounts.web import Acting, Admin, address_of
from guildhall.core.addresses import Network, network_of, parsed
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import BadRequestError
from guildhall.core.web import DbSession, Input, Moment, Page, PageCursor, PlainText, page_of

RuleId = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]
Reason = Annotated[PlainText, Field(max_length=200)]
_LAST_ATTEMPTS = 5

router = APIRouter(prefix="/api/v1/ip-rules", tags=["ip rules"])


class IpRuleIn(Input):
    """A new rule: `network` is one address, or a CIDR such as 203.0.113.0/24 or 2001:db8::/32."""

    network: str = Field(min_length=1, max_length=100)
    kind: IpRuleKind
    reason: Reason = ""
    expires_at: Moment | None = None


class IpRuleChange(Input):
    """What changes of a rule; what is absent stays. `expires_at: null` makes it last for ever."""

    kind: IpRuleKind | None = None
    reason: Reason | None = None
    expires_at: Moment | None = None


class IpAttemptOut(BaseModel):
    """A request that was turned away."""

    id: str
    rule_id: str
    at: datetime
    address: str
    path: str


class IpRuleOut(BaseModel):
    """A rule; `hits` are requests that it decided about, `last_attempts` the last few that it turned away."""

    id: str
    network: str
    kind: IpRuleKind
    reason: str
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    is_expired: bool
    hits: int
    last_attempt_at: datetime | None
    last_attempts: list[IpAttemptOut]


class IpVerdictOut(BaseModel):
    """What an address is told, and by which rule; without one, everybody may come in."""

    address: str
    allowed: bool
    is_yours: bool
    rule_id: str | None
    network: str | None


@router.get("", response_model=Page[IpRuleOut])
async def list_ip_rules(_: Admin, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """Every rule, newest first."""
    position = cursor.position(str)
    rows = await queries.rules(session, limit=cursor.limit + 1, after=position[0] if position else None)
    return page_of(await _shown(session, rows), cursor, lambda rule: [rule["id"]])


@router.post("", response_model=IpRuleOut, status_code=201)
async def create_ip_rule(body: IpRuleIn, _: Admin, acting: Acting, request: Request) -> Mapping[str, Any]:
    """Add a rule. 409 `would_lock_you_out` if your own address could not come in any more."""
    async with _db(request).write() as session:
        rule = await ip_rules.create(
            session, acting, _network(body.network), body.kind, reason=body.reason, expires_at=body.expires_at
        )
    return await _in_force(request, rule.id)


@router.get("/attempts", response_model=Page[IpAttemptOut])
async def list_ip_attempts(
    _: Admin,
    session: DbSession,
    cursor: PageCursor,
    rule_id: Annotated[str | None, Query(pattern=r"^[0-9a-z_]{1,32}$")] = None,
) -> Mapping[str, Any]:
    """What was turned away, newest first; of each rule the last fifty are kept."""
    position = cursor.position(str)
    after = position[0] if position else None
    rows = await queries.attempts(session, rule_id=rule_id, limit=cursor.limit + 1, after=after)
    return page_of(rows, cursor, lambda attempt: [attempt.id])


@router.get("/check", response_model=IpVerdictOut)
async def check_address(
    _: Admin,
    request: Request,
    session: DbSession,
    address: Annotated[str | None, Query(max_length=100, description="Your own when absent.")] = None,
) -> Mapping[str, Any]:
    """What the rules say about an address."""
    own = address_of(request)
    found = parsed(own if address is None else address)
    if found is None:
        raise BadRequestError("invalid_request", "That is not an IP address.", param="address")
    table = IpTable(in_force(as_rules(await queries.all_rules(session)), now()))
    rule = table.rule_of(str(found))
    return {
        "address": str(found),
        "allowed": table.admits(str(found)),
        "is_yours": str(found) == own,
        "rule_id": rule.id if rule else None,
        "network": text_of(rule.network) if rule else None,
    }


@router.patch("/{rule_id}", response_model=IpRuleOut)
async def change_ip_rule(
    rule_id: RuleId, body: IpRuleChange, _: Admin, acting: Acting, request: Request
) -> Mapping[str, Any]:
    """Change a rule; to change its network, make another."""
    async with _db(request).write() as session:
        rule = await ip_rules.get(session, rule_id)
        await ip_rules.change(
            session,
            acting,
            rule,
            kind=body.kind or rule.kind,
            reason=rule.reason if body.reason is None else body.reason,
            expires_at=body.expires_at if "expires_at" in body.model_fields_set else rule.expires_at,
        )
    return await _in_force(request, rule_id)


@router.delete("/{rule_id}", status_code=204)
async def delete_ip_rule(rule_id: RuleId, _: Admin, acting: Acting, request: Request) -> None:
    """Take a rule away."""
    async with _db(request).write() as session:
        await ip_rules.remove(session, acting, await ip_rules.get(session, rule_id))
    await _gate(request).catch_up()


async def _in_force(request: Request, rule_id: str) -> Mapping[str, Any]:
    """The rule as it is now, which this process follows from here on; the others do within a second."""
    await _gate(request).catch_up()
    async with _db(request).read() as session:
        return (await _shown(session, [await ip_rules.get(session, rule_id)]))[0]


async def _shown(session: Session, rows: Sequence[IpRule]) -> list[Mapping[str, Any]]:
    moment = now()
    attempts: Mapping[str, list[IpAttempt]] = await queries.last_attempts(
        session, [row.id for row in rows], each=_LAST_ATTEMPTS
    )
    columns = ("id", "network", "kind", "reason", "created_at", "created_by", "expires_at", "hits")
    return [
        {
            **{column: getattr(row, column) for column in columns},
            "is_expired": row.expires_at is not None and row.expires_at <= moment,
            "last_attempt_at": row.last_hit_at,
            "last_attempts": attempts[row.id],
        }
        for row in rows
    ]


def _network(text: str) -> Network:
    try:
        return network_of(text)
    except ValueError as error:
        raise BadRequestError("invalid_request", f"The network is not valid: {error}.", param="network") from None


def _gate(request: Request) -> IpGate:
    gate: IpGate = request.app.state.gate
    return gate


def _db(request: Request) -> Database:
    db: Database = request.app.state.db
    return db
