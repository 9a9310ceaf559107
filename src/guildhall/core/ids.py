"""Ids: a kind, an underscore, and a UUIDv7 in Crockford base 32, so that text order is time order."""

from functools import lru_cache

from uuid_utils import uuid7

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
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
