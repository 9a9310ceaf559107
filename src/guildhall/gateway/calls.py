"""Calls as people see them: with names, and without what is not theirs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.accounts import audit
from guildhall.accounts import queries as account_queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.tables import User
from guildhall.core.db import Session
from guildhall.core.errors import ForbiddenError, NotFoundError
from guildhall.edge import call_queries
from guildhall.edge.call_queries import Outcome, Wanted
from guildhall.edge.tables import Call, CallAttempt, CallBody
from guildhall.gateway import price_queries, queries
from guildhall.gateway.price_book import Quote
from guildhall.gateway.price_queries import microsecond_of
from guildhall.gateway.pricing import rates_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = (
    "id", "model", "endpoint", "stream", "status", "code", "message", "attempts", "total_us", "ttft_us", "input_tokens",
    "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "estimated", "cost_nano", "price_id",
    "address", "session_id", "client_request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What the ids in some calls stand for, as far as that is still known."""

    users: Mapping[str, str]
    keys: Mapping[str, str]
    channels: Mapping[str, str]


def visible(user: User, wanted: Wanted) -> Wanted | None:
    """What is left of a filter for this person: admins see every call, others their own; None when that is none.

    Raises `ForbiddenError` for a filter by what only admins see.
    """
    if user.role == "admin":
        return wanted
    if wanted.channel_id is not None:
        raise ForbiddenError("admin_only", "Only an admin sees which channel took a call.")
    if wanted.user_id not in {None, user.id}:
        return None
    return replace(wanted, user_id=user.id)


async def names_in(session: Session, calls: Sequence[Call]) -> Names:
    """Names for the ids in these calls."""
    return Names(
        await account_queries.names_of_users(session, {call.user_id for call in calls if call.user_id}),
        await account_queries.names_of_keys(session, {call.key_id for call in calls if call.key_id}),
        await queries.channel_names(session),
    )


def shown(call: Call, names: Names, *, is_admin: bool) -> dict[str, Any]:
    """A call as `CallOut` has it."""
    return {
        **{name: getattr(call, name) for name in _PLAIN},
        "at": moment_of(call.at),
        "outcome": outcome_of(call.status),
        "user": _party(call.user_id, names.users),
        "key": _party(call.key_id, names.keys),
        "channel": _party(call.channel_id, names.channels) if is_admin else None,
        "overhead_us": call.overhead_us if is_admin else None,
    }


async def get(session: Session, user: User, call_id: str) -> Call:
    """The call of this id, for an admin or whoever made it. Raises `NotFoundError`."""
    call = await call_queries.call_by_id(session, call_id)
    if call is None or (user.role != "admin" and call.user_id != user.id):
        raise NotFoundError("call_not_found", "There is no such call; calls are kept for some time only.")
    return call


def attempt_log(call: Call, failed: Sequence[CallAttempt], names: Names, *, is_admin: bool) -> list[dict[str, Any]]:
    """Every attempt of a call: those that failed as they were stored, and how the last one ended."""
    log = [_failed(attempt, names, is_admin=is_admin) for attempt in failed]
    if call.attempts and all(attempt.number != call.attempts for attempt in failed):
        began = max((attempt.at + attempt.total_us for attempt in failed), default=call.at)
        answered = call.status < 400 or call.code == "rejected_by_provider"
        log.append(
            {
                "number": call.attempts,
                "outcome": "answered" if answered else "interrupted",
                "channel": _party(call.channel_id, names.channels) if is_admin else None,
                "channel_key_id": None,
                "upstream_model": None,
                "reason": None,
                "status": call.status if answered else None,
                "message": None,
                "at": moment_of(began),
                "total_us": max(0, call.at + call.total_us - began),
            }
        )
    return log


async def quote_of(session: Session, call: Call, current: Quote | None) -> Quote | None:
    """The price a call was billed at: one of the hall's own, or `current` where that is still the one."""
    if call.price_id is None:
        return None
    price = await price_queries.price_by_id(session, call.price_id)
    if price is None:
        return current if current is not None and current.price_id == call.price_id else None
    return Quote(price.id, rates_of(price.rates), microsecond_of(price.since), price.source, price.currency)


async def look_at_words(session: Session, actor: Actor, call_id: str) -> CallBody:
    """What was said in a call, for an admin; that they looked is in the audit log. Raises `NotFoundError`."""
    body = await call_queries.body_of(session, call_id)
    if body is None:
        raise NotFoundError("call_body_not_found", "Prompt and answer of this call were not kept, or are kept no more.")
    await audit.record(session, actor, "call.words_seen", target=f"call:{call_id}", after={"user": body.user_id})
    return body


def outcome_of(status: int) -> Outcome:
    """How a call ended: through somebody's fault here or at the provider, refused, or well."""
    return "failed" if status >= 500 else "refused" if status >= 400 else "ok"


def moment_of(microsecond: int) -> datetime:
    """Microseconds since 1970 as a moment."""
    return _EPOCH + timedelta(microseconds=microsecond)


def _failed(attempt: CallAttempt, names: Names, *, is_admin: bool) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "outcome": "failed",
        "channel": _party(attempt.channel_id, names.channels) if is_admin else None,
        "channel_key_id": attempt.channel_key_id if is_admin else None,
        "upstream_model": attempt.upstream_model if is_admin else None,
        "reason": attempt.reason,
        "status": attempt.status if is_admin else None,
        "message": attempt.message if is_admin else None,
        "at": moment_of(attempt.at),
        "total_us": attempt.total_us,
    }


def _party(an_id: str | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    return None if an_id is None else {"id": an_id, "name": names.get(an_id)}
