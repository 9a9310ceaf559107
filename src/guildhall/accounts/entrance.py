"""The entrance of one process: what routes need to let people and programs in, put together."""

from typing import Any

from guildhall.accounts.attempts import Attempts
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.key_uses import KeyUses
from guildhall.accounts.letters import Letters
from guildhall.core.db import Database
from guildhall.core.limits import Limiter
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings


class Entrance:
    """Routes find its parts by their names in the application's state."""

    def __init__(
        self, settings: Settings, db: Database, keyring: Keyring, limiter: Limiter, configuration: Configuration
    ) -> None:
        self.attempts = Attempts(limiter, configuration)
        self.letters = Letters(settings, configuration)
        self.key_uses = KeyUses(db)
        self.oidc = _provider_of(settings, keyring)

    async def stop(self) -> None:
        """Give letters under way a moment."""
        await self.letters.stop()


def _provider_of(settings: Settings, keyring: Keyring) -> Any:
    """The provider of other sign-ins, where there is one; what it needs is loaded only then."""
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    from guildhall.accounts.oidc_provider import Provider

    return Provider(settings, keyring)
