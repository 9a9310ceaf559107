"""Access tokens: short JWTs that say who asks, signed with keys derived from the keyring.

The newest key signs and all verify, so that keys can be rotated without signing anyone out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

import jwt

from guildhall.accounts.tables import Role, User
from guildhall.core.clock import now
from guildhall.core.errors import UnauthorizedError
from guildhall.core.secrets import Keyring

LIFETIME = timedelta(minutes=15)
_LEEWAY_SECONDS = 10  # between the clocks of replicas
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class AccessClaims:
    """What a valid token says. The role is the one at issue; the account's row has the one of now."""

    user_id: str
    role: Role
    sign_in_id: str
    expires_at: datetime


class AccessTokens:
    """Issues and verifies access tokens."""

    def __init__(self, keyring: Keyring) -> None:
        self._keys = keyring.derive("access-token")

    def issue(self, user: User, sign_in_id: str) -> str:
        """A token for `user` that works for the next 15 minutes, or until this sign-in is ended."""
        kid, key = self._keys[0]
        issued_at = now()
        claims = {"sub": user.id, "role": user.role, "sid": sign_in_id, "iat": issued_at, "exp": issued_at + LIFETIME}
        return jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": kid})

    def verify(self, token: str) -> AccessClaims:
        """What `token` says. Raises `UnauthorizedError` (`token_expired`, `not_signed_in`)."""
        try:
            key = dict(self._keys)[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                leeway=_LEEWAY_SECONDS,
                options={"require": ["sub", "role", "sid", "iat", "exp"]},
            )
        except jwt.ExpiredSignatureError:
            raise _unauthorized("token_expired", "The sign-in has expired; refresh it.") from None
        except (jwt.InvalidTokenError, KeyError, ValueError):
            raise not_signed_in() from None
        if claims["role"] not in get_args(Role) or not isinstance(claims["sid"], str):
            raise not_signed_in()
        return AccessClaims(
            user_id=claims["sub"],
            role=cast("Role", claims["role"]),
            sign_in_id=claims["sid"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )


def not_signed_in() -> UnauthorizedError:
    """The one answer to whoever is not known."""
    return _unauthorized("not_signed_in", "Sign in first.")


def _unauthorized(code: str, message: str) -> UnauthorizedError:
    error = UnauthorizedError(code, message)
    error.headers["www-authenticate"] = "Bearer"
    return error
