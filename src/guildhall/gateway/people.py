"""People: callers who are known by their account, not by a key."""

from guildhall.accounts import queries
from guildhall.accounts.tokens import AccessTokens, not_signed_in
from guildhall.core.db import Database
from guildhall.edge.call import Caller


class People:
    """Finds who calls."""

    def __init__(self, db: Database, tokens: AccessTokens) -> None:
        self._db = db
        self._tokens = tokens

    async def behind(self, token: str) -> Caller:
        """The caller behind an access token, if the account is still active. Raises `UnauthorizedError`."""
        claims = self._tokens.verify(token)
        async with self._db.read() as session:
            found = await queries.sign_in_of_user(session, claims.user_id, claims.sign_in_id)
        if found is None or found[0].state != "active" or found[1].revoked_at is not None:
            raise not_signed_in()
        return Caller(claims.user_id, None, role=found[0].role)

    async def of(self, user_id: str) -> Caller:
        """The caller that a person is; whose account has gone meanwhile may do what a guest may."""
        async with self._db.read() as session:
            user = await queries.user_by_id(session, user_id)
        return Caller(user_id, None, role="guest" if user is None else user.role)
