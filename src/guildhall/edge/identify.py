"""Identify: the caller behind a credential, an API key or a browser's access token."""

import math
from collections.abc import Awaitable, Callable
from functools import lru_cache

from guildhall.accounts import keys
from guildhall.core.addresses import parsed
from guildhall.core.errors import ForbiddenError, UnauthorizedError
from guildhall.core.limits import Charge, Limit, MemoryLimiter
from guildhall.edge.call import Caller, Directory, Terms

# The caller behind an access token. Raises `UnauthorizedError`.
VerifyToken = Callable[[str], Awaitable[Caller]]


# Looking for keys that are not in the directory, in one process: a flood of wrong keys must not reach the database.
_LOOKS = Limit(20, 4.0)

# Making a digest costs more than finding the caller behind it.
_digest = lru_cache(4096)(keys.digest)


class Identifier:
    """Knows API keys by their digests and asks `verify` about anything that looks like an access token."""

    def __init__(self, directory: Directory, verify: VerifyToken) -> None:
        self._directory = directory
        self._verify = verify
        self._limiter = MemoryLimiter()

    def known(self, credential: str) -> Caller | None:
        """Who calls, if that can be said at once."""
        return self._directory.caller_of(_digest(credential)) if len(credential) == keys.LENGTH else None

    async def caller_of(self, credential: str) -> Caller:
        """Who calls. Raises `UnauthorizedError`, showing at most the last four characters."""
        if not credential:
            raise UnauthorizedError(
                "invalid_api_key", "You did not provide an API key: send it as `Authorization: Bearer gh-…`."
            )
        if credential.startswith("gh-"):
            caller = self.known(credential)
            if caller is None and keys.is_well_formed(credential) and await self._may_look():
                await self._directory.catch_up()
                caller = self.known(credential)
            if caller is None:
                raise _unknown(credential)
            return caller
        if credential.count(".") == 2:
            return await self._verify(credential)
        raise _unknown(credential)

    async def _may_look(self) -> bool:
        return (await self._limiter.take([Charge("looks", _LOOKS)])).is_allowed


def require(terms: Terms | None, scope: str, address: str, *, now: float) -> None:
    """Raise unless a key on these terms may be used for this, from there, now."""
    if terms is None:
        terms = _PLAIN
    refused = terms.over if now >= terms.until else terms.refused
    if refused is not None:
        raise UnauthorizedError(refused[0], f"This API key {refused[1]}.")
    if scope not in terms.scopes and not (scope == "read" and "write" in terms.scopes):
        raise ForbiddenError("scope_missing", f"This API key lacks the scope `{scope}`.", scope=scope)
    if terms.networks:
        found = parsed(address)
        if found is None or not any(found.version == each.version and found in each for each in terms.networks):
            raise ForbiddenError("address_not_allowed", "This API key may not be used from this address.")


_PLAIN = Terms(frozenset({"models"}), (), math.inf, None)


def credential_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The credential a request carries, in any of the headers that clients use; empty when there is none."""
    found = b""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            if scheme.lower() == b"bearer":
                return token.strip().decode("latin-1")
        elif name in {b"x-api-key", b"api-key"}:
            found = value.strip()
    return found.decode("latin-1")


def _unknown(credential: str) -> UnauthorizedError:
    shown = f"…{credential[-4:]}" if len(credential) > 12 else "…"
    if credential.startswith("gh-") and not keys.is_well_formed(credential):
        return UnauthorizedError("key_malformed", f"Incorrect API key provided: {shown} is mistyped or cut short.")
    return UnauthorizedError("invalid_api_key", f"Incorrect API key provided: {shown} is not a key of this hall.")
