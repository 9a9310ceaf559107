"""Passwords: argon2id at OWASP's cost; bcrypt digests from elsewhere are verified and replaced.

Hashing is slow by intent. Never call these inside `db.write()`: on SQLite that holds the only writer.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from guildhall.core.errors import UnavailableError

Result = TypeVar("Result")

MIN_LENGTH = 8
MAX_LENGTH = 256

# Two threads of their own: a wave of sign-ins neither takes every core nor fills the pool that the rest of the server
# shares.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_MOST_WAITING = 200  # some three seconds' work

# Checked in place of an unknown user's digest, so that the answer takes as long as for a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$P6SznIX+P1FboMJ7iTj1YQ$WIIfMs1RXztSyBU3Pvu1ku8a8q38FXbQqdunGI2LSgU"


class _Bcrypt(BcryptHasher):
    """bcrypt as every other system has it: 72 bytes count, where the library would raise."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the library's name
        raw = password.encode() if isinstance(password, str) else password
        return super().verify(raw[:72], hash)


_HASH = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1), _Bcrypt()))


@dataclass(frozen=True)
class Verdict:
    """Whether a password is right, and the digest to store instead when the old one is of a weaker kind."""

    is_right: bool
    better_digest: str | None


async def digest(password: str) -> str:
    """What to store of `password`. Raises `UnavailableError` when too many wait for theirs."""
    return await _in_turn(_HASH.hash, _normalised(password))


async def check(password: str, stored: str | None) -> Verdict:
    """Compare with what is stored; for nobody (`None`) it takes as long and is wrong. Raises `UnavailableError`."""
    verdict = await _in_turn(_check, _normalised(password), stored)
    return verdict if stored is not None else Verdict(is_right=False, better_digest=None)


async def _in_turn(work: Callable[..., Result], *args: Any) -> Result:
    if _THREADS._work_queue.qsize() >= _MOST_WAITING:
        error = UnavailableError("sign_in_busy", "Too many people are signing in; try again in a moment.")
        error.headers["retry-after"] = "2"
        raise error
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *args)


def _check(password: str, stored: str | None) -> Verdict:
    try:
        return Verdict(*_HASH.verify_and_update(password, _NOBODY if stored is None else stored))
    except UnknownHashError:
        return Verdict(is_right=False, better_digest=None)


def _normalised(password: str) -> str:
    """One spelling for what is typed as one or as two code points, depending on the keyboard."""
    return unicodedata.normalize("NFC", password)
