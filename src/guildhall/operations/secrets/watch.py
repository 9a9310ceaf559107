"""Whether this process holds the keys that its stored secrets need: another replica may have been given others."""

import math
import time

from guildhall.core.db import Database
from guildhall.core.secrets import Keyring, UndecryptableError
from guildhall.operations.secrets import rotation

_ANEW_SECONDS = 60.0  # every secret is looked at, and probes come every few seconds


class SecretsWatch:
    """Looks at the stored secrets, once a minute at most."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db, self._keyring = db, keyring
        self._looked_at = -math.inf
        self._lost: dict[str, int] = {}

    async def ping(self) -> None:
        """Raise `UndecryptableError` if a stored secret is under a key that is not here, as of the last minute."""
        if time.monotonic() - self._looked_at > _ANEW_SECONDS:
            self._lost = rotation.lost_keys(await rotation.key_ids_in_use(self._db), self._keyring)
            self._looked_at = time.monotonic()
        if self._lost:
            raise UndecryptableError("secret_undecryptable", "A stored secret was sealed with an unknown key.")
