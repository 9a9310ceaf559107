"""API keys on the product's own API: the table of callers that model calls have, with the scopes `read` and `write`."""

import math
import time
from datetime import UTC, datetime

from guildhall.accounts.tables import Scope
from guildhall.core.web import Caller
from guildhall.edge.identify import Identifier, require


class ProductKeys:
    """Tells who presents a key."""

    def __init__(self, identifier: Identifier) -> None:
        self._identifier = identifier

    async def find(self, secret: str, address: str, scope: Scope) -> Caller:
        """Who presents this key, if it is good for that, from there, now. Raises `AppError`."""
        found = await self._identifier.caller_of(secret, address)
        require(found.terms, scope, address, now=time.time())
        until = found.terms.until if found.terms else math.inf
        return Caller(found.user_id, found.key_id, None if until == math.inf else datetime.fromtimestamp(until, UTC))
