"""A call: one metered request from its first byte to its row, and the little that the edge must know of the world."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from guildhall.core.addresses import Network
from guildhall.core.guard import Origin
from guildhall.core.ids import new_id

_MODEL_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a key may be used."""

    scopes: frozenset[str]
    networks: tuple[Network, ...]
    """Where it may be used from; empty means everywhere."""
    until: float
    """Seconds since 1970; infinite for a key that does not expire."""
    refused: tuple[str, str] | None
    """Code and words for a key that works no more."""
    over: tuple[str, str] = ("key_expired", "has expired")
    """Code and words for after `until`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who pays for a call. Without terms: may call models, from everywhere, for as long as the directory has it."""

    user_id: str
    key_id: str | None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One channel that serves a model: where to connect, what to say first, what the model is called there."""

    channel_id: str
    origin: Origin
    pool: str
    """Names the connections that may be used: those of this channel to this origin."""
    head: bytes
    """Request line and header lines that never change, up to and including `content-length: `."""
    model: str
    """The model's name at the provider."""


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens as the provider counted them; `cached` is part of `input`, `reasoning` part of `output`."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long, in seconds, each stage of a call may take."""

    connect: float = 5.0
    first_byte: float = 120.0
    idle: float = 60.0
    total: float = 1800.0
    request_body: float = 60.0


class Call:
    """One request on its way through the pipeline; each step writes down what it learnt."""

    # Defaults live on the class: a call writes down only what it learns.
    first_byte_at = 0.0
    upstream_seconds = 0.0
    total_seconds = 0.0
    caller: Caller | None = None
    channel_id: str | None = None
    model = ""
    body = b""
    stream = False
    stream_options: dict[str, msgspec.Raw] | None = None
    include_usage = False
    usage: Usage | None = None
    attempts = 0
    status = 0
    code: str | None = None

    def __init__(self, endpoint: str, *, address: str = "", session_id: str | None = None) -> None:
        self.id = new_id("call")
        self.endpoint = endpoint
        self.address = address
        self.session_id = session_id
        self.at = time.time_ns() // 1000
        self.started = time.perf_counter()

    def overhead_seconds(self) -> float:
        """Time spent in this house, without the waiting for providers: so far, or in all once the call has closed."""
        seconds = (self.total_seconds or time.perf_counter() - self.started) - self.upstream_seconds
        return seconds if seconds > 0 else 0.0

    def ended(self, status: int, code: str | None = None) -> None:
        """Write down how it went; the first word counts."""
        if not self.status:
            self.status = status
            self.code = code

    def close(self) -> None:
        """Nothing more will happen to this call."""
        self.total_seconds = time.perf_counter() - self.started

    def row(self) -> "CallRow":
        """The call as the log keeps it: figures and names, never a word of prompt or answer."""
        caller, usage = self.caller, self.usage
        key_id, user_id = (caller.key_id, caller.user_id) if caller else (None, None)
        tokens: tuple[int | None, ...] = (None, None, None, None)
        if usage is not None:
            tokens = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
        return (
            self.id,
            self.at,
            key_id,
            user_id,
            self.channel_id,
            self.model[:_MODEL_LENGTH],
            self.endpoint,
            self.stream,
            self.status,
            self.code,
            int(self.total_seconds * 1e6),
            int((self.first_byte_at - self.started) * 1e6) if self.first_byte_at else None,
            int(self.overhead_seconds() * 1e6),
            *tokens,
            False,
            self.attempts,
            self.address,
            self.session_id,
        )


# In the order of `tables.Call`'s columns.
CallRow = tuple[str | int | bool | None, ...]


class Directory(Protocol):
    """What the edge asks of the house: who calls, and where a model is served."""

    def caller_of(self, digest: bytes) -> Caller | None:
        """The owner of the API key with this digest."""

    def targets(self, model: str) -> Sequence[Target]:
        """Channels that serve the model, best first; empty when none does."""

    def models(self) -> Sequence[str]:
        """Names of every model served."""

    async def catch_up(self) -> None:
        """Make sure that what was stored before this moment is known."""

    async def find(self, model: str) -> Sequence[Target]:
        """`targets`, after looking harder: for a model that seems to be served nowhere."""

    def succeeded(self, channel_id: str) -> None:
        """A channel answered."""

    def failed(self, channel_id: str) -> None:
        """A channel failed through no fault of the caller."""
