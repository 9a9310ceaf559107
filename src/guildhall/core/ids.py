"""Ids: a kind, an underscore, and a UUIDv7 in Crockford base 32, so that text order is time order."""

from uuid_utils.compat import uuid7

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 32  # the widest kind (5 letters), the underscore and 26 digits


def new_id(kind: str) -> str:
    """A new id such as `se_01k…`; `kind` has at most five letters."""
    number = uuid7().int
    digits = []
    for _ in range(26):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{kind}_{''.join(reversed(digits))}"
