"""Money: the currency of the hall, and what the prices that come with the product are worth in it."""

from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from guildhall.accounts.documents import Document


def _positive(value: str) -> str:
    if Fraction(value) == 0:
        raise ValueError("must be more than nothing")
    return value


class Money(Document):
    """The currency that prices, costs and quotas are in."""

    name: ClassVar[str] = "money"
    title: ClassVar[str] = "Money"

    currency: str = Field(
        "USD",
        pattern=r"^[A-Z]{3}$",
        max_length=3,
        description="The currency's three letters. What calls have cost stays as it is, in the old one.",
    )
    per_usd: Annotated[str, AfterValidator(_positive)] | None = Field(
        None,
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$",
        max_length=20,
        description="What a US dollar costs in it, for the prices that come with the product; empty: don't use them.",
    )

    def rate(self) -> Fraction | None:
        """Units of the currency for a US dollar, exactly; None when nobody has said."""
        if self.currency == "USD":
            return Fraction(1)
        return None if self.per_usd is None else Fraction(self.per_usd)
