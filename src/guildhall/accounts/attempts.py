"""Attempts: how often an address may try to come in, and how often an account may be tried, before it has to wait.

Decided before a password is hashed or the database asked. What was right is not counted. An account that many addresses
try has to wait only where it was never signed in to from: nobody can lock its owner out.
"""

import hashlib
import ipaddress

from guildhall.accounts.configuration import Configuration
from guildhall.accounts.policies import AccountsPolicy
from guildhall.core.addresses import parsed
from guildhall.core.limits import Charge, Limit, Limiter, enforce, give_back

_HOUR = 3600.0
# Of one address, right or wrong: each costs a slow hash.
_HASHES = Limit(600, 900.0)
# Messages to one person, whoever asks for them.
_MESSAGES = Limit(5, _HOUR)


class Attempts:
    """Decides by the limiter that all processes share, as the configuration says now."""

    def __init__(self, limiter: Limiter, configuration: Configuration) -> None:
        self._limiter = limiter
        self._configuration = configuration

    async def guess(self, address: str) -> Charge:
        """Something secret is tried from `address`. Raises `RateLimitedError`; `forgive` what was right."""
        policy = self._configuration.current(AccountsPolicy)
        limit = Limit(policy.wrong_sign_ins_per_address, policy.wrong_sign_ins_minutes * 60)
        charge = Charge(f"wrong:{_network(address)}", limit)
        await enforce(self._limiter, Charge(f"hash:{_network(address)}", _HASHES), charge)
        return charge

    async def guess_on(self, account: str) -> Charge:
        """A password of `account` (its address, whether or not it exists) is tried. Raises `RateLimitedError`."""
        policy = self._configuration.current(AccountsPolicy)
        limit = Limit(policy.wrong_sign_ins_per_account, policy.wrong_sign_ins_minutes * 60)
        charge = Charge(f"account:{_named(account)}", limit)
        await enforce(self._limiter, charge)
        return charge

    async def forgive(self, *charges: Charge) -> None:
        """It was right: do not count it."""
        await give_back(self._limiter, *charges)

    async def enter(self, address: str) -> None:
        """A new account is wanted from `address`. Raises `RateLimitedError`."""
        limit = Limit(self._configuration.current(AccountsPolicy).registrations_per_address, _HOUR)
        await enforce(self._limiter, Charge(f"enter:{_network(address)}", limit))

    async def ask(self, address: str) -> None:
        """A message to somebody is wanted from `address`. Raises `RateLimitedError`."""
        limit = Limit(self._configuration.current(AccountsPolicy).registrations_per_address, _HOUR)
        await enforce(self._limiter, Charge(f"ask:{_network(address)}", limit))

    async def may_write_to(self, account: str) -> bool:
        """Whether this person may be sent one more message now."""
        return (await self._limiter.take([Charge(f"message:{_named(account)}", _MESSAGES)])).is_allowed


def _network(address: str) -> str:
    """Whom an address stands for: one IPv4 address, or the network that one IPv6 customer has."""
    found = parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)


def _named(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()[:32]
