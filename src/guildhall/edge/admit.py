"""Admit: whether a caller may call now, within what its key, its owner and its address are allowed.

Rates are charged and quotas reserved before the call goes out, with what it may cost at most as far as that is said;
when it ends, both are settled with what it really used. So many calls at once cannot overdraw together.
"""

import asyncio
import math
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from guildhall.core.clock import now
from guildhall.core.errors import AppError, ForbiddenError, RateLimitedError
from guildhall.core.limits import Charge, Decision, Limiter
from guildhall.core.reservations import Claim, Refusal, Reservations
from guildhall.edge.allowances import Admittance, Allowance, ends
from guildhall.edge.answer import Headers
from guildhall.edge.call import Call, Target
from guildhall.edge.capacity import estimated
from guildhall.edge.endpoints import WITHOUT_OUTPUT

_UNSAID_OUTPUT = 1024
"""Tokens that a model is taken to write at most where a call does not say."""
_BUSY_SECONDS = 1
_WHO = {"key": "This API key", "user": "This account", "address": "This address"}
_PERIODS = {"day": "today", "week": "this week", "month": "this month", "ever": "for good"}


class Costs(Protocol):
    """What calls cost, in nano-units; None when no price is known."""

    def expected(self, call: Call, target: Target, input_tokens: int, output_tokens: int) -> int | None:
        """What a call of so many tokens would cost there."""

    def spent(self, call: Call) -> int | None:
        """What a call that has ended did cost."""


class Admitter:
    """Admits calls, and settles them."""

    def __init__(self, limiter: Limiter, reservations: Reservations, costs: Costs) -> None:
        self._limiter = limiter
        self._reservations = reservations
        self._costs = costs
        self._settling: set[asyncio.Task[None]] = set()

    async def admit(self, call: Call, allowances: Sequence[Allowance], target: Target) -> None:
        """Charge and reserve. Raises `RateLimitedError`, `ForbiddenError` for a cost that nobody can tell."""
        sent, written = _estimated(call)
        moment = now()
        claims = [claim for each in allowances if (claim := each.claim(moment)) is not None]
        amounts = (self._expected(call, claims, target, sent, written), sent + written)
        charges = [charge for each in allowances for charge in each.charges(1, sent + written)]
        if charges:
            decision = await self._limiter.take(charges)
            call.notes = _notes(call, charges, decision, moment)
            if not decision.is_allowed:
                raise _too_fast(charges, decision)
        if claims:
            refusal = await self._reservations.take(call.id, claims, amounts)
            if refusal is not None:
                if charges:
                    await self._limiter.settle([Charge(each.subject, each.limit, -each.cost) for each in charges])
                raise _refused(refusal, claims, allowances, moment)
        call.admittance = Admittance(allowances, claims, amounts)

    def settle(self, call: Call) -> None:
        """A call has ended: charge what it used, and give back the rest."""
        admittance, call.admittance = call.admittance, None
        if admittance is None:
            return
        expected, estimated = admittance.amounts
        used = _used(call, estimated)
        charges = [charge for each in admittance.allowances for charge in each.charges(0, used - estimated)]
        if charges and used != estimated:
            self._spawn(self._limiter.settle(charges))
        if admittance.claims:
            cost = self._costs.spent(call) if used else 0
            self._spawn(
                self._reservations.settle(call.id, admittance.claims, (expected if cost is None else cost, used))
            )

    async def stop(self) -> None:
        """Finish what is being settled."""
        if self._settling:
            await asyncio.gather(*self._settling, return_exceptions=True)

    def _expected(self, call: Call, claims: Sequence[Claim], target: Target, sent: int, written: int) -> int:
        if not any(claim.budget is not None and claim.budget.most[0] is not None for claim in claims):
            return 0
        cost = self._costs.expected(call, target, sent, written)
        if cost is None:
            raise ForbiddenError(
                "price_unknown",
                f"Your quota is in money, and nobody has said what the model `{call.model[:100]}` costs.",
                param="model",
            )
        return cost

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)


def _estimated(call: Call) -> tuple[int, int]:
    """Tokens sent, and written at most, before anybody has counted."""
    sent, written = estimated(call)
    return sent, 0 if call.endpoint in WITHOUT_OUTPUT else written or _UNSAID_OUTPUT


def _used(call: Call, estimated: int) -> int:
    """Tokens: as counted, as expected where an answer came of which tokens say nothing, else none."""
    if call.usage is not None:
        return call.usage.input_tokens + call.usage.output_tokens
    return estimated if 0 < call.status < 400 else 0


def _too_fast(charges: Sequence[Charge], decision: Decision) -> AppError:
    """The one that has to wait longest says no."""
    wait, charge = max(zip(decision.waits, charges, strict=True), key=lambda pair: pair[0])
    kind, who = charge.subject.split(":", 2)[:2]
    what = "tokens" if kind == "caller.tokens" else "requests"
    error = RateLimitedError(
        "rate_limit_exceeded",
        f"{_WHO[who]} may use {charge.limit.count} {what} a minute; try again in {_duration(wait)}.",
        of=what,
    )
    error.headers["retry-after"] = str(max(1, math.ceil(wait)))
    error.headers["retry-after-ms"] = str(max(1, math.ceil(wait * 1000)))
    return error


def _refused(refusal: Refusal, claims: Sequence[Claim], allowances: Sequence[Allowance], moment: datetime) -> AppError:
    claim = claims[refusal.index]
    who = _WHO[claim.subject.partition(":")[0]]
    if refusal.want == "place":
        error = RateLimitedError(
            "concurrency_limit_exceeded", f"{who} may have {claim.places} calls under way at once; wait for one to end."
        )
        error.headers["retry-after"] = str(_BUSY_SECONDS)
        return error
    quota = next(each.quota for each in allowances if each.subject == claim.subject)
    period = quota.period if quota is not None else "ever"
    error = RateLimitedError(
        "insufficient_quota", f"{who} has used up its quota of {refusal.want} {_PERIODS[period]}.", of=refusal.want
    )
    error.headers["x-should-retry"] = "false"
    resets = ends(period, moment)
    if resets is not None:
        error.headers["retry-after"] = str(max(1, math.ceil((resets - moment).total_seconds())))
    return error


def _notes(call: Call, charges: Sequence[Charge], decision: Decision, moment: datetime) -> Headers:
    """What is left, of the tightest of each kind, in the headers that the caller's client knows."""
    notes: Headers = []
    for kind, what in (("caller.calls:", "requests"), ("caller.tokens:", "tokens")):
        found = [
            (0 if wait else max(0, left), charge.limit, wait)
            for charge, left, wait in zip(charges, decision.left, decision.waits, strict=True)
            if charge.subject.startswith(kind)
        ]
        if not found:
            continue
        left, limit, wait = min(found, key=lambda each: each[0] / each[1].count)
        seconds = wait or (limit.count - left) * limit.interval
        if call.endpoint.manner == "anthropic":
            name = f"anthropic-ratelimit-{what}-"
            reset = (moment + timedelta(seconds=math.ceil(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")
            notes += _lines((name + "limit", limit.count), (name + "remaining", left), (name + "reset", reset))
        else:
            name = "x-ratelimit-"
            notes += _lines(
                (f"{name}limit-{what}", limit.count),
                (f"{name}remaining-{what}", left),
                (f"{name}reset-{what}", _duration(seconds)),
            )
    return notes


def _lines(*pairs: tuple[str, object]) -> Headers:
    return [(name.encode(), str(value).encode()) for name, value in pairs]


def _duration(seconds: float) -> str:
    """As OpenAI writes them: `12ms`, `1s`, `6m0s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
