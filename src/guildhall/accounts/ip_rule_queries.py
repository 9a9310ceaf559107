"""SQL of IP rules and of what they turned away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from guildhall.accounts.tables import IpAttempt, IpRule
from guildhall.core.db import Session


async def all_rules(session: Session) -> Sequence[IpRule]:
    """Every rule, expired ones included."""
    return (await session.scalars(select(IpRule))).all()


async def rules(session: Session, *, limit: int, after: str | None) -> Sequence[IpRule]:
    """Rules, newest first; ids are in order of time."""
    statement = select(IpRule).order_by(IpRule.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(IpRule.id < after)
    return (await session.scalars(statement)).all()


async def rule_by_id(session: Session, rule_id: str) -> IpRule | None:
    """The rule of this id."""
    return await session.get(IpRule, rule_id)


async def add_rule(session: Session, rule: IpRule) -> None:
    """Store a new rule. Raises `Conflict` when its network has one."""
    session.add(rule)
    await session.flush()


async def delete_rule(session: Session, rule: IpRule) -> None:
    """Take a rule away, with its attempts."""
    await session.delete(rule)
    await session.flush()


async def delete_all_rules(session: Session) -> None:
    """Take every rule away."""
    await session.execute(delete(IpRule))


async def count_hits(session: Session, hits: Mapping[str, int], at: datetime) -> None:
    """Add to what rules counted. In order of ids, so that two processes never wait for each other."""
    for rule_id, count in sorted(hits.items()):
        values = {"hits": IpRule.hits + count, "last_hit_at": at}
        await session.execute(update(IpRule).where(IpRule.id == rule_id).values(values))


async def existing(session: Session, rule_ids: Iterable[str]) -> set[str]:
    """Which of these rules are still there; they stay until this transaction ends."""
    statement = select(IpRule.id).where(IpRule.id.in_(sorted(rule_ids))).order_by(IpRule.id)
    return set(await session.scalars(statement.with_for_update(key_share=True)))


async def add_attempts(session: Session, attempts: Sequence[Mapping[str, object]]) -> None:
    """Store what rules turned away."""
    await session.execute(insert(IpAttempt), list(attempts))


async def trim_attempts(session: Session, rule_id: str, *, keep: int) -> None:
    """Forget all but the newest attempts of a rule."""
    newest = select(IpAttempt.id).where(IpAttempt.rule_id == rule_id).order_by(IpAttempt.id.desc())
    oldest_kept = newest.offset(keep - 1).limit(1).scalar_subquery()
    await session.execute(delete(IpAttempt).where(IpAttempt.rule_id == rule_id, IpAttempt.id < oldest_kept))


async def attempts(session: Session, *, rule_id: str | None, limit: int, after: str | None) -> Sequence[IpAttempt]:
    """What was turned away, newest first."""
    statement = select(IpAttempt).order_by(IpAttempt.id.desc()).limit(limit)
    if rule_id is not None:
        statement = statement.where(IpAttempt.rule_id == rule_id)
    if after is not None:
        statement = statement.where(IpAttempt.id < after)
    return (await session.scalars(statement)).all()


async def last_attempts(session: Session, rule_ids: Sequence[str], *, each: int) -> dict[str, list[IpAttempt]]:
    """The newest few attempts of each of these rules."""
    rank = func.row_number().over(partition_by=IpAttempt.rule_id, order_by=IpAttempt.id.desc()).label("rank")
    ranked = select(IpAttempt.id, rank).where(IpAttempt.rule_id.in_(rule_ids)).subquery()
    statement = select(IpAttempt).join(ranked, ranked.c.id == IpAttempt.id).where(ranked.c.rank <= each)
    found: dict[str, list[IpAttempt]] = {rule_id: [] for rule_id in rule_ids}
    for attempt in await session.scalars(statement.order_by(IpAttempt.id.desc())):
        found[attempt.rule_id].append(attempt)
    return found
