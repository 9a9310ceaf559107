"""Identify: the caller behind a credential, an API key or a browser's access token."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import lru_cache

from guildhall.accounts import keys
from guildhall.core.addresses import parsed
from guildhall.core.errors import ForbiddenError, UnauthorizedError
from guildhall.core.limits import Charge, Limit, MemoryLimiter
from guildhall.edge.call import Caller, Terms
from guildhall.edge.directory import Directory
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.strangers import Strangers

# The caller behind an access token. Raises `UnauthorizedError`.
VerifyToken = Callable[[str], Awaitable[Caller]]


# Looking for keys that are not in the directory, in one process: a flood of wrong keys must not reach the database.
_LOOKS = Limit(20, 4.0)

# Making a digest costs more than finding the caller behind it.
_digest = lru_cache(4096)(keys.digest)


class Identifier:
    """Knows API keys by their digests and asks `verify` about anything that looks like an access token."""

    def __init__(self, directory: Directory, verify: VerifyToken, strangers: Strangers) -> None:
        self._directory = directory
        self._verify = verify
        self.strangers = strangers
        self._limiter = MemoryLimiter()
        self._looking: asyncio.Future[None] | None = None
        self._sought: dict[str, asyncio.Event] = {}  # credentials that are being looked for

    def known(self, credential: str) -> Caller | None:
        """Who calls, if that can be said at once."""
        return self._directory.caller_of(_digest(credential)) if len(credential) == keys.LENGTH else None

    async def caller_of(self, credential: str, address: str) -> Caller:
        """Who calls. Raises `UnauthorizedError`, showing at most the last four characters, and `ForbiddenError` where
        too many wrong credentials came from."""
        if not credential:
            raise UnauthorizedError(
                "invalid_api_key", "You did not provide an API key: send it as `Authorization: Bearer gh-…`."
            )
        if not credential.startswith("gh-") and credential.count(".") == 2:
            try:
                return await self._verify(credential)
            except UnauthorizedError as error:
                if error.code != "token_expired":  # which was right once
                    await self.strangers.admit(address)
                raise
        if sought := self._sought.get(credential):  # many calls at once with a new key are one try
            await sought.wait()
        return self.known(credential) or await self._try(credential, address)

    async def _try(self, credential: str, address: str) -> Caller:
        """A key that is not in the directory: a new one, or a wrong one."""
        sought = self._sought.setdefault(credential, asyncio.Event())
        try:
            attempt = await self.strangers.admit(address)
            caller = None
            if keys.is_well_formed(credential) and not self.strangers.is_wrong(_digest(credential)):
                caller = await self._look_for(credential)
            if caller is None:
                raise _unknown(credential)
            await self.strangers.forgive(attempt)
            return caller
        finally:
            self._sought.pop(credential, None)
            sought.set()

    async def _look_for(self, credential: str) -> Caller | None:
        """Look in the database, together with whoever else is looking: a look under way may have begun too early."""
        for _ in range(2):
            if self._looking is None:
                if not (await self._limiter.take([Charge("looks", _LOOKS)])).is_allowed:
                    return None
                self._looking = asyncio.ensure_future(self._directory.catch_up())
                self._looking.add_done_callback(self._looked)
                await asyncio.shield(self._looking)
                break
            await asyncio.shield(self._looking)
            if self.known(credential) is not None:
                break
        caller = self.known(credential)
        if caller is None:
            self.strangers.found_wrong(_digest(credential))
        return caller

    def _looked(self, look: asyncio.Future[None]) -> None:
        self._looking = None
        if not look.cancelled():
            look.exception()  # whoever waits for it is told


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


def permit(terms: Terms, endpoint: Endpoint, model: str) -> None:
    """Raise unless a key on these terms may call this model at this endpoint."""
    if terms.models and model not in terms.models:
        raise ForbiddenError(
            "model_not_allowed", f"This API key may not call the model `{model[:100]}`.", param="model"
        )
    if terms.endpoints and endpoint.path not in terms.endpoints:
        raise ForbiddenError("endpoint_not_allowed", f"This API key may not call {endpoint.path}.")


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
