"""HTTP of what a session has used."""

from fastapi import APIRouter, Request

from guildhall.chat import branch_queries, sessions, usage_queries
from guildhall.chat.turn_policy import TurnPolicy, limits_of
from guildhall.chat.usage_schemas import ContextOut, SessionUsageOut, TurnLimitsOut
from guildhall.core.web import DbSession, UserId
from guildhall.gateway.money import Money

router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/usage", tags=["chat"])


@router.get("", response_model=SessionUsageOut)
async def session_usage(session_id: str, user_id: UserId, session: DbSession, request: Request) -> SessionUsageOut:
    """What the answers of a session have used, how full the model's context is, and what one answer may take."""
    row = await sessions.find(session, user_id, session_id)
    configuration = request.app.state.configuration
    limits = limits_of(configuration.current(TurnPolicy), row)
    context = ContextOut(
        model=row.model,
        tokens=await branch_queries.last_context(session, row.head_id),
        length=request.app.state.gateway.context_tokens(row.model) if row.model else None,
    )
    return SessionUsageOut(
        **await usage_queries.sums_of(session, session_id),
        currency=configuration.current(Money).currency,
        context=context,
        limits=TurnLimitsOut(calls=limits.calls, cost_nano=limits.cost_nano),
    )
