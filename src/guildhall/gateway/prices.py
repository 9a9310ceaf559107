"""Prices: add one, or a file of them. A price is never changed and never deleted; a later one takes its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError
from guildhall.core.ids import new_id
from guildhall.gateway import price_queries as queries
from guildhall.gateway.price_files import Line
from guildhall.gateway.price_schemas import ImportProblem, PriceImportOut, PriceIn
from guildhall.gateway.pricing import stored_of
from guildhall.gateway.tables import Price

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MODELS_SHOWN = 50
_PROBLEMS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file of prices comes to."""

    new: Sequence[Price]
    unchanged: int
    problems: Sequence[ImportProblem]

    def outcome(self, *, applied: bool) -> PriceImportOut:
        """As it is told."""
        return PriceImportOut(
            applied=applied,
            added=len(self.new),
            unchanged=self.unchanged,
            models=list(dict.fromkeys(price.model for price in self.new))[:_MODELS_SHOWN],
            problem_count=len(self.problems),
            problems=list(self.problems[:_PROBLEMS_SHOWN]),
        )


async def add(session: Session, actor: Actor, wanted: PriceIn, currency: str) -> Price:
    """A price from a moment on, or from now on. Raises `ConflictError` when there is one since that very moment."""
    price = _price(wanted, currency, "entered", now())
    after = {"since": price.since.isoformat(), "currency": currency, "rates": price.rates}
    await _store(session, [price])
    await audit.record(session, actor, "price.created", target=f"price:{price.model}", after=after)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return price


async def plan(session: Session, lines: Sequence[Line], problems: Sequence[ImportProblem], currency: str) -> Plan:
    """What to do for a file: a price that is there already stays, and none is changed."""
    moment = now()
    stored: dict[str, dict[datetime, Price]] = {}
    for price in await queries.prices_of(session, list({line.price.model for line in lines})):
        stored.setdefault(price.model, {})[price.since] = price
    seen: set[tuple[str, datetime]] = set()
    new: list[Price] = []
    wrong = list(problems)
    for line in lines:
        price = _price(line.price, currency, "imported", moment)
        place = (price.model, price.since)
        same = _same_moment(stored.get(price.model, {}), line.price, price)
        if place in seen:
            wrong.append(_problem(line, "since: the file has another price of this model since the same moment"))
        elif same is None:
            new.append(price)
        elif not _is_same(same, price):
            wrong.append(_problem(line, "since: there is another price since this moment, and prices never change"))
        seen.add(place)
    unchanged = len(lines) - len(new) - (len(wrong) - len(problems))
    return Plan(new, unchanged, sorted(wrong, key=lambda problem: problem.line))


async def import_all(session: Session, actor: Actor, planned: Plan) -> PriceImportOut:
    """Add every new price of a plan. Raises `BadRequestError` when there is something wrong with it."""
    outcome = planned.outcome(applied=True)
    if planned.problems:
        first = planned.problems[0]
        raise BadRequestError(
            "invalid_prices",
            f"The file has problems, and nothing was imported. Line {first.line}: {first.message}.",
            problem_count=outcome.problem_count,
            problems=[problem.model_dump() for problem in outcome.problems],
        )
    if planned.new:
        await _store(session, planned.new)
        after = {"added": outcome.added, "models": outcome.models}
        await audit.record(session, actor, "prices.imported", target="prices", after=after)
        await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return outcome


def _price(wanted: PriceIn, currency: str, source: str, moment: datetime) -> Price:
    return Price(
        id=new_id("pr"),
        model=wanted.model,
        since=wanted.since or moment,
        currency=currency,
        rates=stored_of(wanted.rates.rates()),
        source=source,
        created_at=moment,
    )


def _same_moment(stored: Mapping[datetime, Price], wanted: PriceIn, price: Price) -> Price | None:
    """The stored price since the same moment. A line without one is there already if the price in force is the same."""
    if wanted.since is not None:
        return stored.get(price.since)
    begun = [since for since in stored if since <= price.since]
    in_force = stored[max(begun)] if begun else None
    return in_force if in_force is not None and _is_same(in_force, price) else None


def _is_same(one: Price, other: Price) -> bool:
    return one.rates == other.rates and one.currency == other.currency


def _problem(line: Line, message: str) -> ImportProblem:
    return ImportProblem(line=line.number, model=line.price.model, message=message)


async def _store(session: Session, prices: Sequence[Price]) -> None:
    try:
        await queries.add_prices(session, prices)
    except Conflict:
        raise ConflictError("price_exists", "The model has a price since that very moment already.") from None


def moment_of(microseconds: int | None) -> datetime | None:
    """A moment as people read it."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
