"""Identify: the caller behind a credential, an API key or a browser's access token."""

from collections.abc import Awaitable, Callable

from guildhall.accounts import keys
from guildhall.core.errors import UnauthorizedError
from guildhall.edge.call import Caller, Directory

# The caller behind an access token. Raises `UnauthorizedError`.
VerifyToken = Callable[[str], Awaitable[Caller]]


class Identifier:
    """Knows API keys by their digests and asks `verify` about anything that looks like an access token."""

    def __init__(self, directory: Directory, verify: VerifyToken) -> None:
        self._directory = directory
        self._verify = verify

    def known(self, credential: str) -> Caller | None:
        """Who calls, if that can be said at once."""
        return self._directory.caller_of(keys.digest(credential)) if credential.startswith("gh-") else None

    async def caller_of(self, credential: str) -> Caller:
        """Who calls. Raises `UnauthorizedError`, showing at most the last four characters."""
        if not credential:
            raise UnauthorizedError(
                "invalid_api_key", "You did not provide an API key: send it as `Authorization: Bearer gh-…`."
            )
        if credential.startswith("gh-"):
            caller = self.known(credential)
            if caller is None and keys.is_well_formed(credential):
                await self._directory.catch_up()
                caller = self.known(credential)
            if caller is None:
                raise _unknown(credential)
            return caller
        if credential.count(".") == 2:
            return await self._verify(credential)
        raise _unknown(credential)


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
    reason = "is not a key of this hall"
    if credential.startswith("gh-") and not keys.is_well_formed(credential):
        reason = "is mistyped or cut short"
    return UnauthorizedError("invalid_api_key", f"Incorrect API key provided: {shown} {reason}.")
