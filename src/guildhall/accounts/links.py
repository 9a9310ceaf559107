"""Links: the secrets that stand in addresses people are sent, to register or to choose a new password."""

import hashlib
import secrets

from guildhall.core.settings import Settings


def new_secret() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret; its randomness makes a slow hash needless."""
    return hashlib.sha256(secret.encode()).digest()


def address_of(settings: Settings, page: str, secret: str, *, own: str = "") -> str:
    """The whole address of a page of ours; `own` is the address that this request came to, where none is set."""
    return f"{(settings.public_url or own).rstrip('/')}/{page}/{secret}"
