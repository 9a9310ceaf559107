"""Reservations: places and amounts that are held while something is under way, so that many at once cannot overdraw.

A claim holds a place of a subject, if its places are counted, and amounts of a budget, if it has one. What is asked for
together is granted together or not at all. When it ends, the places are free again and the budget is charged what it
really took.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

_BUDGETS = 100_000
HELD_SECONDS = 90.0
"""How long a process that says nothing more keeps what it holds, where processes share their reservations."""

Amounts = tuple[int, int]
"""Money in nano-units, and tokens."""
NOTHING: Amounts = (0, 0)
Want = Literal["place", "money", "tokens"]
WANTS: tuple[Want, Want, Want] = ("place", "money", "tokens")


@dataclass(frozen=True, slots=True)
class Budget:
    """Amounts that a subject may use in a time. None is no bound."""

    account: str
    """Where it is written down what has been used: names the subject and the time."""
    most: tuple[int | None, int | None]
    subject: str
    since: int
    """Seconds since 1970: what was used from then on counts."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one subject is asked for."""

    subject: str
    places: int | None
    """How many it has in all; None when they are not counted."""
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which claim could not be granted, by its place in the sequence, and what it was short of."""

    index: int
    want: Want


Used = Callable[[Budget], Awaitable[Amounts]]
"""Tells what has been used of a budget so far, as the database knows it."""


class Reservations(Protocol):
    """Grants and settles; one of them serves a process."""

    async def take(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> Refusal | None:
        """Hold a place and these amounts of every claim, or nothing; a call alone may have all that is left."""

    async def settle(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> None:
        """Free what `holder` holds, and charge budgets what was really used. Doing so twice changes nothing."""

    async def stop(self) -> None:
        """Let go of what it holds open."""


@dataclass(slots=True)
class _Account:
    used: list[int]
    held: dict[str, Amounts] = field(default_factory=dict)


class MemoryReservations:
    """Reservations of one process. Budgets not asked for longest are forgotten beyond 100,000, and read again."""

    def __init__(self, used: Used) -> None:
        self._used = used
        self._holders: dict[str, set[str]] = {}  # of places, by subject
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    async def take(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> Refusal | None:
        for claim in claims:
            if claim.budget is not None and claim.budget.account not in self._accounts:
                used = await self._used(claim.budget)
                self._accounts.setdefault(claim.budget.account, _Account(list(used)))
        for index, claim in enumerate(claims):
            short = self._short_of(claim, amounts)
            if short is not None:
                return Refusal(index, short)
        for claim in claims:
            if claim.places is not None:
                self._holders.setdefault(claim.subject, set()).add(holder)
            if claim.budget is not None:
                self._accounts[claim.budget.account].held[holder] = amounts
                self._accounts.move_to_end(claim.budget.account)
        self._forget()
        return None

    async def settle(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> None:
        for claim in claims:
            holders = self._holders.get(claim.subject)
            if holders is not None:
                holders.discard(holder)
                if not holders:
                    del self._holders[claim.subject]
            account = self._accounts.get(claim.budget.account) if claim.budget is not None else None
            if account is not None and account.held.pop(holder, None) is not None:
                account.used = [used + amount for used, amount in zip(account.used, amounts, strict=True)]

    async def stop(self) -> None:
        """Nothing is held open."""

    def _short_of(self, claim: Claim, amounts: Amounts) -> Want | None:
        if claim.places is not None and len(self._holders.get(claim.subject, ())) >= claim.places:
            return "place"
        if claim.budget is None:
            return None
        account = self._accounts[claim.budget.account]
        for which, most in enumerate(claim.budget.most):
            if most is None:
                continue
            held = sum(each[which] for each in account.held.values())
            used = account.used[which]
            if used >= most or (held and used + held + amounts[which] > most):
                return WANTS[which + 1]
        return None

    def _forget(self) -> None:
        while len(self._accounts) > _BUDGETS:
            account = next(iter(self._accounts))
            if self._accounts[account].held:
                return
            del self._accounts[account]
