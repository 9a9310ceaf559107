"""Ids: a kind, an underscore, and a UUIDv7 in Crockford base 32, so that text order is time order."""

from functools import lru_cache

from uuid_utils import uuid7

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_LAST_MILLISECOND = 2**48 - 1
ID_LENGTH = 32  # the widest kind (5 letters), the underscore and 26 digits


def new_id(kind: str) -> str:
    """A new id such as `se_01k…`; `kind` has at most five letters. Every call that is metered makes one."""
    n, p = uuid7().int, _PAIRS
    return (
        f"{kind}_{_moment(n >> 80)}{p[n >> 70 & 1023]}{p[n >> 60 & 1023]}{p[n >> 50 & 1023]}{p[n >> 40 & 1023]}"
        f"{p[n >> 30 & 1023]}{p[n >> 20 & 1023]}{p[n >> 10 & 1023]}{p[n & 1023]}"
    )


@lru_cache(maxsize=64)
def _moment(milliseconds: int) -> str:
    """The first ten digits, which are the time: many ids are made in one millisecond."""
    t, p = milliseconds, _PAIRS
    return f"{p[t >> 40]}{p[t >> 30 & 1023]}{p[t >> 20 & 1023]}{p[t >> 10 & 1023]}{p[t & 1023]}"


def first_id(kind: str, milliseconds: int) -> str:
    """An id that is not after any made in this millisecond (since 1970) or later, and after every one made before."""
    return f"{kind}_{_moment(min(max(milliseconds, 0), _LAST_MILLISECOND))}"


def milliseconds_of(an_id: str) -> int | None:
    """When an id was made, in milliseconds since 1970; None when it is not one of ours."""
    _, _, digits = an_id.partition("_")
    if len(digits) != 26 or any(digit not in _ALPHABET for digit in digits):
        return None
    return sum(_ALPHABET.index(digit) << 5 * place for place, digit in enumerate(reversed(digits[:10])))
