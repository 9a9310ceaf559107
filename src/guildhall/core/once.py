"""Once: what must be done once under a name, and its result for whoever asks again; in memory or shared through Redis.

Whoever begins first holds the name until it finishes or drops it. A result is kept for a while, as far as there is
room: a name without one is free again, and doing it anew is then right.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

MOST_BYTES = 64 * 1024 * 1024
"""Of all results together."""
_MOST_RESULTS = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What is known under a name: it is now `mine`, `busy` in other hands, `done`, or something `other`."""

    state: Literal["mine", "busy", "done", "other"]
    result: bytes = b""


MINE, BUSY, OTHER = Found("mine"), Found("busy"), Found("other")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants to do what under which name."""

    name: str
    seal: bytes
    """32 bytes that tell one thing from another: a name with two of them is in use for something `other`."""
    holder: str


class Once(Protocol):
    """Decides; one of them serves a process."""

    async def begin(self, claim: Claim) -> Found:
        """Take the name, if it is free."""

    async def finish(self, claim: Claim, result: bytes, *, seconds: float) -> None:
        """Keep the result for so long, and let others have it."""

    async def drop(self, claim: Claim) -> None:
        """There is no result: let others try."""

    async def stop(self) -> None:
        """Let go of what it holds."""


class MemoryOnce:
    """Decides for one process. Beyond 64 MB the oldest results are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, most_bytes: int = MOST_BYTES) -> None:
        self._clock = clock
        self._most_bytes = most_bytes
        self._claims: dict[str, Claim] = {}
        self._results: OrderedDict[str, tuple[bytes, bytes, float]] = OrderedDict()  # seal, result, until
        self.bytes_held = 0

    async def begin(self, claim: Claim) -> Found:
        self._forget()
        result = self._results.get(claim.name)
        if result is not None and result[2] <= self._clock():
            self._pop(claim.name)
        elif result is not None:
            return Found("done", result[1]) if result[0] == claim.seal else OTHER
        held = self._claims.setdefault(claim.name, claim)
        if held is claim:
            return MINE
        return BUSY if held.seal == claim.seal else OTHER

    async def finish(self, claim: Claim, result: bytes, *, seconds: float) -> None:
        if self._claims.get(claim.name) != claim:
            return
        del self._claims[claim.name]
        self._results[claim.name] = (claim.seal, result, self._clock() + seconds)
        self.bytes_held += len(result)
        self._forget()

    async def drop(self, claim: Claim) -> None:
        if self._claims.get(claim.name) == claim:
            del self._claims[claim.name]

    async def stop(self) -> None:
        """Nothing is held."""

    def _forget(self) -> None:
        """What is over, or too much, oldest first."""
        now = self._clock()
        while self._results:
            name, (_, _, until) = next(iter(self._results.items()))
            if until > now and self.bytes_held <= self._most_bytes and len(self._results) <= _MOST_RESULTS:
                return
            self._pop(name)

    def _pop(self, name: str) -> None:
        self.bytes_held -= len(self._results.pop(name)[1])
