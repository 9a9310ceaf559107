"""Limits of model calls that hold for whoever has none of its own: the document that admins change, and what of it
holds for a caller."""

from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.accounts.tables import Allowed, QuotaPeriod
from guildhall.edge.allowances import Allowance, Quota
from guildhall.gateway.pricing import NANO

_Rate = Annotated[int | None, Field(ge=1, le=2**31 - 1)]
_Tokens = Annotated[int | None, Field(ge=0, le=2**53 - 1)]
_Money = Annotated[str | None, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,9})?$", max_length=16)]


class CallLimits(Document):
    """How much people may ask of models, unless they have limits of their own. Admins have none by default."""

    name: ClassVar[str] = "call_limits"
    title: ClassVar[str] = "Limits of model calls"

    member_calls_per_minute: _Rate = Field(None, description="Calls of one member, a minute; empty is no limit.")
    member_tokens_per_minute: _Rate = Field(None, description="Tokens of one member, a minute.")
    member_parallel_calls: _Rate = Field(None, description="Calls of one member that may be under way at once.")
    member_quota: _Money = Field(None, description="What a member's calls may cost in a period, in the currency.")
    member_quota_tokens: _Tokens = Field(None, description="Tokens that a member may use in a period.")
    member_quota_period: QuotaPeriod = Field("month", description="The period of a member's quota.")
    guest_calls_per_minute: _Rate = Field(None, description="Calls of one guest, a minute.")
    guest_tokens_per_minute: _Rate = Field(None, description="Tokens of one guest, a minute.")
    guest_parallel_calls: _Rate = Field(None, description="Calls of one guest that may be under way at once.")
    guest_quota: _Money = Field(None, description="What a guest's calls may cost in a period, in the currency.")
    guest_quota_tokens: _Tokens = Field(None, description="Tokens that a guest may use in a period.")
    guest_quota_period: QuotaPeriod = Field("day", description="The period of a guest's quota.")
    address_calls_per_minute: _Rate = Field(
        None, description="Calls from one address, a minute, whoever makes them with however many keys."
    )

    def of_role(self, role: str, subject: str) -> Allowance | None:
        """What is usual for a role; None where nothing is limited."""
        if role == "member":
            rates = (self.member_calls_per_minute, self.member_tokens_per_minute, self.member_parallel_calls)
            quota = _quota(self.member_quota, self.member_quota_tokens, self.member_quota_period)
        elif role == "guest":
            rates = (self.guest_calls_per_minute, self.guest_tokens_per_minute, self.guest_parallel_calls)
            quota = _quota(self.guest_quota, self.guest_quota_tokens, self.guest_quota_period)
        else:
            return None
        return _some(Allowance(subject, *rates, quota))

    @property
    def says_nothing(self) -> bool:
        """Whether nobody is limited."""
        return self == CallLimits(
            member_quota_period=self.member_quota_period, guest_quota_period=self.guest_quota_period
        )


def allowance_of(allowed: Allowed, subject: str) -> Allowance | None:
    """The limits of a key or a person as they are stored; None where there are none."""
    quota = None
    if allowed.quota_nano is not None or allowed.quota_tokens is not None:
        quota = Quota(allowed.quota_nano, allowed.quota_tokens, allowed.quota_period)
    return _some(Allowance(subject, allowed.calls_per_minute, allowed.tokens_per_minute, allowed.parallel_calls, quota))


def _some(allowance: Allowance) -> Allowance | None:
    return None if allowance == Allowance(allowance.subject) else allowance


def _quota(money: str | None, tokens: int | None, period: QuotaPeriod) -> Quota | None:
    if money is None and tokens is None:
        return None
    return Quota(None if money is None else int(Fraction(money) * NANO), tokens, period)
