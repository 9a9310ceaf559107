"""API keys: what programs call the gateway with.

A secret is `gh-`, an 8-character id that may be shown, and 43 characters of which the last 6 are a checksum, so that a
mistyped key is told apart from an unknown one without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib

from guildhall.accounts import queries
from guildhall.accounts.tables import ApiKey, User
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import NotFoundError
from guildhall.core.ids import new_id

DIRECTORY_STREAM = "gateway.directory"  # every process rebuilds its table of callers on an event here

_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(r"gh-[0-9A-Za-z]{51}")
_PREFIX_LENGTH = len("gh-") + 8
_CHECKSUM_LENGTH = 6


async def create(session: Session, owner: User, name: str) -> tuple[ApiKey, str]:
    """A new key and its secret, which is stored nowhere and so can be shown only now."""
    secret = new_secret()
    key = ApiKey(
        id=new_id("key"),
        user_id=owner.id,
        name=name,
        prefix=secret[:_PREFIX_LENGTH],
        digest=digest(secret),
        created_at=now(),
        scopes=["models"],
        allowed_addresses=[],
    )
    await queries.add_key(session, key)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return key, secret


async def revoke(session: Session, owner: User, key_id: str) -> None:
    """End a key; calls that are under way finish."""
    if not await queries.revoke_key(session, owner.id, key_id, at=now()):
        raise NotFoundError("key_not_found", "There is no such key.")
    await events.publish(session, DIRECTORY_STREAM, "changed", {})


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


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = []
    for _ in range(_CHECKSUM_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)
