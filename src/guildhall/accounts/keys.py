"""API keys: what programs call the gateway with.

A secret is `gh-`, an 8-character id that may be shown, and 43 characters of which the last 6 are a checksum, so that a
mistyped key is told apart from an unknown one without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib
from datetime import datetime, timedelta
from typing import Any

from guildhall.accounts import audit, queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.key_schemas import KeyChangeIn, KeyIn
from guildhall.accounts.limit_schemas import LIMITS
from guildhall.accounts.tables import ApiKey, User
from guildhall.core import access, events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import BadRequestError, ConflictError, ForbiddenError, NotFoundError
from guildhall.core.ids import new_id

DIRECTORY_STREAM = "gateway.directory"  # every process rebuilds its table of callers on an event here

MOST_KEYS = 100  # of one person
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(r"gh-[0-9A-Za-z]{51}")
LENGTH = len("gh-") + 51
_PREFIX_LENGTH = len("gh-") + 8
_CHECKSUM_LENGTH = 6


async def create(session: Session, actor: Actor, owner: User, wanted: KeyIn) -> tuple[ApiKey, str]:
    """A new key and its secret, which is stored nowhere and so can be shown only now."""
    if owner.role == "guest":
        raise ForbiddenError("not_for_guests", "Guests have no API keys; register first.")
    if await queries.count_keys(session, owner.id) >= MOST_KEYS:
        raise ConflictError("too_many_keys", f"You have {MOST_KEYS} keys; revoke one first.")
    _require_future(wanted.expires_at)
    secret = new_secret()
    key = ApiKey(
        id=new_id("key"),
        user_id=owner.id,
        name=wanted.name,
        prefix=secret[:_PREFIX_LENGTH],
        digest=digest(secret),
        created_at=now(),
        scopes=wanted.scopes,
        allowed_addresses=wanted.allowed_addresses,
        expires_at=wanted.expires_at,
        models=wanted.models,
        endpoints=wanted.endpoints,
        **{name: getattr(wanted, name) for name in LIMITS},
    )
    await queries.add_key(session, key)
    await _changed(session, actor, "key.created", key, after=_shown(key))
    return key, secret


async def change(session: Session, actor: Actor, owner: User, key_id: str, wanted: KeyChangeIn) -> ApiKey:
    """Change what was asked for. Raises `NotFoundError`."""
    key = await _find(session, owner, key_id)
    before = _shown(key)
    key.name = wanted.name or key.name
    if "expires_at" in wanted.model_fields_set:
        _require_future(wanted.expires_at)
        key.expires_at = wanted.expires_at
    for name in ("allowed_addresses", "models", "endpoints", "quota_period"):
        if getattr(wanted, name) is not None:
            setattr(key, name, getattr(wanted, name))
    for name in wanted.model_fields_set.intersection(LIMITS) - {"quota_period"}:
        setattr(key, name, getattr(wanted, name))
    await _changed(session, actor, "key.changed", key, before=before, after=_shown(key))
    await access.changed(session, owner.id)
    return key


async def rotate(session: Session, actor: Actor, owner: User, key_id: str, grace_seconds: int) -> tuple[ApiKey, str]:
    """Give a key another secret; the one of now works until the grace ends, an older one no more."""
    key, secret, moment = await _find(session, owner, key_id), new_secret(), now()
    key.former_digest = key.digest if grace_seconds else None
    key.former_until = moment + timedelta(seconds=grace_seconds) if grace_seconds else None
    key.digest, key.prefix = digest(secret), secret[:_PREFIX_LENGTH]
    await _changed(session, actor, "key.rotated", key, after={"grace_seconds": grace_seconds})
    await access.changed(session, owner.id)
    return key, secret


async def revoke(session: Session, actor: Actor, owner: User, key_id: str) -> None:
    """End a key; calls that are under way finish."""
    key = await _find(session, owner, key_id)
    key.revoked_at = now()
    await _changed(session, actor, "key.revoked", key, before=_shown(key))
    await access.changed(session, owner.id)


def new_secret() -> str:
    """A random secret of the documented form: 220 random bits after the id."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(51 - _CHECKSUM_LENGTH))
    return f"gh-{body}{_checksum(body)}"


def is_well_formed(secret: str) -> bool:
    """Whether `secret` has a key's form and checksum; if not, it is mistyped or something else."""
    body = secret[len("gh-") : -_CHECKSUM_LENGTH]
    return _FORM.fullmatch(secret) is not None and secret.endswith(_checksum(body))


def digest(secret: str) -> bytes:
    """What is stored of a secret, and looked up by; its randomness makes a slow hash needless."""
    return hashlib.sha256(secret.encode()).digest()


async def _find(session: Session, owner: User, key_id: str) -> ApiKey:
    key = await queries.key_for_update(session, owner.id, key_id)
    if key is None:
        raise NotFoundError("key_not_found", "There is no such key.")
    return key


async def _changed(
    session: Session,
    actor: Actor,
    action: str,
    key: ApiKey,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    await audit.record(session, actor, action, target=f"key:{key.id}", before=before, after=after)


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "allowed_addresses": key.allowed_addresses,
        "expires_at": key.expires_at and key.expires_at.isoformat(),
        "models": key.models,
        "endpoints": key.endpoints,
        **{name: getattr(key, name) for name in LIMITS},
    }


def _require_future(moment: datetime | None) -> None:
    if moment is not None and moment <= now():
        raise BadRequestError("already_expired", "The key would have expired already.", param="expires_at")


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = []
    for _ in range(_CHECKSUM_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)
