"""SQL of prices and of what is said of models."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, tuple_

from guildhall.core.db import Session
from guildhall.gateway.price_book import Quote
from guildhall.gateway.pricing import rates_of
from guildhall.gateway.tables import Channel, Model, Price

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NAMES = 500  # in one statement


async def newest_price(session: Session) -> str:
    """What differs once a price has been added: prices never change and never go."""
    number, newest = (await session.execute(select(func.count(Price.id), func.max(Price.id)))).one()
    return f"{number} {newest}"


async def quotes(session: Session) -> Mapping[str, Sequence[Quote]]:
    """Every price of the hall's own, by model, in order of time."""
    columns = (Price.model, Price.id, Price.rates, Price.since, Price.source, Price.currency)
    found: dict[str, list[Quote]] = {}
    for model, price_id, rates, since, source, currency in await session.execute(
        select(*columns).order_by(Price.model, Price.since)
    ):
        quote = Quote(price_id, rates_of(rates), microsecond_of(since), source, currency)
        found.setdefault(model, []).append(quote)
    return found


async def price_by_id(session: Session, price_id: str) -> Price | None:
    """The price of this id."""
    return await session.get(Price, price_id)


def microsecond_of(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


async def prices_of(session: Session, models: Sequence[str]) -> Sequence[Price]:
    """Every price of these models, newest first."""
    found: list[Price] = []
    for place in range(0, len(models), _NAMES):
        statement = select(Price).where(Price.model.in_(models[place : place + _NAMES]))
        found += (await session.scalars(statement.order_by(Price.since.desc()))).all()
    return found


async def prices(session: Session, *, limit: int, after: tuple[str, datetime] | None) -> Sequence[Price]:
    """Every price in order of model and time."""
    statement = select(Price).order_by(Price.model, Price.since).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(Price.model, Price.since) > after)
    return (await session.scalars(statement)).all()


async def add_prices(session: Session, prices: Sequence[Price]) -> None:
    """Store new prices. Raises `Conflict` when a model has another one since the same moment."""
    session.add_all(prices)
    await session.flush()


async def described_models(session: Session) -> Sequence[Model]:
    """Every model of which an admin has said something."""
    return (await session.scalars(select(Model).order_by(Model.name))).all()


async def model_by_name(session: Session, name: str) -> Model | None:
    """What an admin has said of this model."""
    return await session.get(Model, name)


async def store_model(session: Session, model: Model) -> None:
    """Store what is said of a model. Raises `Conflict` when somebody else just did for the first time."""
    session.add(model)
    await session.flush()


async def forget_model(session: Session, model: Model) -> None:
    """Nothing is said of it any more."""
    await session.delete(model)
    await session.flush()


async def all_channels(session: Session) -> Sequence[Channel]:
    """Every channel in the order that people gave them, also those that are off."""
    return (await session.scalars(select(Channel).order_by(Channel.position, Channel.id))).all()
