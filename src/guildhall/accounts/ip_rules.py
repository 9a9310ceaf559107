"""IP rules: allow and deny addresses and networks. Whoever makes a change can't lock themselves out with it."""

from collections.abc import Callable
from datetime import datetime

from guildhall.accounts import audit
from guildhall.accounts import ip_rule_queries as queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.ip_gate import STREAM, as_rules
from guildhall.accounts.ip_table import Rule, locks_out, text_of
from guildhall.accounts.tables import IpRule, IpRuleKind
from guildhall.core import events
from guildhall.core.addresses import Network
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.ids import new_id

MOST_RULES = 10_000


async def get(session: Session, rule_id: str) -> IpRule:
    """The rule of this id. Raises `NotFoundError`."""
    rule = await queries.rule_by_id(session, rule_id)
    if rule is None:
        raise NotFoundError("ip_rule_not_found", "There is no such rule.")
    return rule


async def create(
    session: Session,
    actor: Actor,
    network: Network,
    kind: IpRuleKind,
    *,
    reason: str = "",
    expires_at: datetime | None = None,
) -> IpRule:
    """Add a rule, in force everywhere within a second. Raises `ConflictError` (`would_lock_you_out`)."""
    _require_future(expires_at)
    before = await _announced(session)
    if len(before) >= MOST_RULES:
        raise ConflictError("too_many_ip_rules", f"There are {MOST_RULES} rules already; remove some first.")
    rule = IpRule(
        id=new_id("ip"),
        network=text_of(network),
        kind=kind,
        reason=reason,
        created_at=now(),
        created_by=actor.user_id,
        expires_at=expires_at,
        hits=0,
        last_hit_at=None,
    )
    if any(text_of(each.network) == rule.network for each in before):
        raise _exists(rule.network)
    _require_way_back(actor, before, lambda rules: [*rules, *as_rules([rule])])
    try:
        await queries.add_rule(session, rule)
    except Conflict:
        raise _exists(text_of(network)) from None
    await audit.record(session, actor, "ip_rule.created", target=f"ip_rule:{rule.id}", after=_in_words(rule))
    return rule


async def change(
    session: Session, actor: Actor, rule: IpRule, *, kind: IpRuleKind, reason: str, expires_at: datetime | None
) -> IpRule:
    """Change what a rule does, says or when it ends; its network stays."""
    if expires_at != rule.expires_at:
        _require_future(expires_at)
    before = await _announced(session)
    was = _in_words(rule)
    rule.kind, rule.reason, rule.expires_at = kind, reason, expires_at
    _require_way_back(actor, before, lambda rules: [*(each for each in rules if each.id != rule.id), *as_rules([rule])])
    await session.flush()
    target = f"ip_rule:{rule.id}"
    await audit.record(session, actor, "ip_rule.changed", target=target, before=was, after=_in_words(rule))
    return rule


async def remove(session: Session, actor: Actor, rule: IpRule) -> None:
    """Take a rule away."""
    before = await _announced(session)
    _require_way_back(actor, before, lambda rules: [each for each in rules if each.id != rule.id])
    await queries.delete_rule(session, rule)
    await audit.record(session, actor, "ip_rule.removed", target=f"ip_rule:{rule.id}", before=_in_words(rule))


async def clear(session: Session, actor: Actor) -> int:
    """Take every rule away, so that everybody may come in; gives how many there were."""
    before = await _announced(session)
    await queries.delete_all_rules(session)
    await audit.record(
        session, actor, "ip_rule.all_removed", target="ip_rule:all", before={"rules": [_shown(rule) for rule in before]}
    )
    return len(before)


async def _announced(session: Session) -> list[Rule]:
    """The rules as they are, once every process is to be told of a change.

    Telling comes first: it makes a second change wait for this one, so that each sees what the other did.
    """
    await events.publish(session, STREAM, "changed", {})
    return as_rules(await queries.all_rules(session))


def _require_way_back(actor: Actor, before: list[Rule], change: Callable[[list[Rule]], list[Rule]]) -> None:
    """Refuse what would keep the very address out that asks for it, at once or when a rule expires."""
    if locks_out(actor.address, before, change(before), now()):
        raise ConflictError(
            "would_lock_you_out",
            f"This would lock you out: your address, {actor.address}, could not come in any more. Allow it first.",
            address=actor.address,
        )


def _require_future(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= now():
        raise BadRequestError("invalid_request", "A rule can't end in the past.", param="expires_at")


def _exists(network: str) -> ConflictError:
    return ConflictError("ip_rule_exists", f"There is a rule for {network} already; change that one.")


def _in_words(rule: IpRule) -> dict[str, str | None]:
    ends = None if rule.expires_at is None else rule.expires_at.isoformat()
    return {"network": rule.network, "kind": rule.kind, "reason": rule.reason, "expires_at": ends}


def _shown(rule: Rule) -> str:
    return f"{'allow' if rule.allows else 'deny'} {text_of(rule.network)}"
