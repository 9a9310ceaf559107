"""Callers: the table of who may call by which key, made from the keys as they are stored."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from guildhall.accounts.tables import ApiKey
from guildhall.core.addresses import network_of
from guildhall.edge.call import Caller, Terms

# Keys that were revoked this long ago are told apart from keys that never were.
REMEMBERED = timedelta(days=30)
_REVOKED = ("key_revoked", "has been revoked")
_REPLACED = ("key_revoked", "has been replaced by a newer one")
_DISABLED = ("account_disabled", "belongs to an account that is disabled")


def callers_of(rows: Iterable[Any]) -> Mapping[bytes, Caller]:
    """By digest; each row is a key, its owner's state and role. A plain key has no terms: nothing to look at."""
    callers: dict[bytes, Caller] = {}
    for key, owner_state, role in rows:
        refused = _REVOKED if key.revoked_at else None if owner_state == "active" else _DISABLED
        terms = _terms_of(key, refused)
        is_plain = terms == Terms(frozenset({"models"}), (), math.inf, None)
        callers[key.digest] = Caller(key.user_id, key.id, None if is_plain else terms, role)
        if key.former_digest is not None and key.former_until is not None:
            until = key.former_until.timestamp()
            if until < terms.until:
                terms = replace(terms, until=until, over=_REPLACED)
            callers[key.former_digest] = Caller(key.user_id, key.id, terms, role)
    return callers


def _terms_of(key: ApiKey, refused: tuple[str, str] | None) -> Terms:
    networks = tuple(network_of(text) for text in key.allowed_addresses)
    until = key.expires_at.timestamp() if key.expires_at else math.inf
    return Terms(
        frozenset(key.scopes),
        networks,
        until,
        refused,
        models=frozenset(key.models),
        endpoints=frozenset(key.endpoints),
    )
