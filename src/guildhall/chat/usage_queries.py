"""Statements on what answers used: the gateway's rows of their calls, and what is stored with messages."""

from typing import Any

from sqlalchemy import and_, func, or_, select

from guildhall.chat.tables import Message
from guildhall.core.db import Session
from guildhall.edge.tables import Call

# Used something, or was answered, and nobody knows the price.
_UNPRICED = and_(
    Call.cost_nano.is_(None),
    or_(Call.status < 400, func.coalesce(Call.input_tokens, 0) + func.coalesce(Call.output_tokens, 0) > 0),
)


async def calls_of(session: Session, session_id: str, turn_id: str) -> dict[str, Any]:
    """What the stored calls of a turn add up to, under the names of a message's columns."""
    statement = select(
        func.count().label("calls"),
        func.sum(Call.input_tokens).label("input_tokens"),
        func.sum(Call.cached_tokens).label("cached_tokens"),
        func.sum(Call.output_tokens).label("output_tokens"),
        func.sum(Call.reasoning_tokens).label("reasoning_tokens"),
        func.sum(Call.cost_nano).label("cost_nano"),
        func.count().filter(_UNPRICED).label("unpriced_calls"),
        func.count().filter(Call.estimated).label("is_estimated"),
        func.sum(Call.total_us).label("model_us"),
    ).where(Call.client_request_id == turn_id, Call.session_id == session_id)
    found = (await session.execute(statement)).one()._mapping
    whole = {name: None if value is None else int(value) for name, value in found.items()}
    return whole | {"is_estimated": bool(whole["is_estimated"])}


async def context_of(session: Session, session_id: str, turn_id: str) -> int | None:
    """The tokens of the last call of a turn that was answered: what the model had before it and what it added."""
    statement = select(Call.input_tokens + Call.output_tokens).where(
        Call.client_request_id == turn_id, Call.session_id == session_id, Call.input_tokens.is_not(None)
    )
    found: int | None = (await session.scalars(statement.order_by(Call.id.desc()).limit(1))).one_or_none()
    return found


async def sums_of(session: Session, session_id: str) -> dict[str, Any]:
    """What the answers of a session add up to."""
    statement = select(
        func.coalesce(func.sum(Message.calls), 0).label("calls"),
        func.coalesce(func.sum(Message.input_tokens), 0).label("input_tokens"),
        func.coalesce(func.sum(Message.cached_tokens), 0).label("cached_tokens"),
        func.coalesce(func.sum(Message.output_tokens), 0).label("output_tokens"),
        func.coalesce(func.sum(Message.reasoning_tokens), 0).label("reasoning_tokens"),
        func.sum(Message.cost_nano).label("cost_nano"),
        func.coalesce(func.sum(Message.unpriced_calls), 0).label("unpriced_calls"),
        func.count().filter(Message.is_estimated.is_(True)).label("is_estimated"),
    ).where(Message.session_id == session_id)
    found = (await session.execute(statement)).one()._mapping
    whole = {name: None if value is None else int(value) for name, value in found.items()}
    return whole | {"is_estimated": bool(whole["is_estimated"])}
