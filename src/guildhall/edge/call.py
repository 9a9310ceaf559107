"""A call: one metered request from its first byte to its row, and the little that the edge must know of the world."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from guildhall.core.addresses import Network
from guildhall.core.guard import Origin
from guildhall.core.ids import new_id
from guildhall.edge.adapter import Adapter
from guildhall.edge.allowances import Admittance
from guildhall.edge.betas import Betas
from guildhall.edge.capture import Capture
from guildhall.edge.dialects import Dialect
from guildhall.edge.endpoints import CHAT, COMPLETIONS, Endpoint
from guildhall.edge.rest import Uncounted
from guildhall.edge.usage import Usage
from guildhall.edge.wire import ModelRequest
from guildhall.edge.wishes import Wishes

_MODEL_LENGTH = 200
_MESSAGE_LENGTH = 300


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
    models: frozenset[str] = frozenset()
    """Models it may call; empty means all."""
    endpoints: frozenset[str] = frozenset()
    """Paths of endpoints it may call; empty means all."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who pays for a call. Without terms: may call models, from everywhere, for as long as the directory has it."""

    user_id: str
    key_id: str | None
    terms: Terms | None = None
    role: str = "member"
    """Of the user: whose usual limits hold where there are no others."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long, in seconds, each stage of a call may take."""

    connect: float = 5.0
    first_byte: float = 120.0
    idle: float = 60.0
    total: float = 1800.0
    request_body: float = 60.0


@dataclass(frozen=True, slots=True)
class ChannelLimits:
    """How much a channel may be asked for; None is no limit."""

    calls_per_minute: int | None
    tokens_per_minute: int | None
    parallel_calls: int | None


class Held(Protocol):
    """What a call holds of a channel that has limits."""

    def let_go(self, call: "Call") -> None:
        """Give it back."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one endpoint of ours is served at one provider."""

    head: bytes
    """Request line and header lines that never change, up to and including `content-length: `; for what is passed
    through, up to the lines that tell how the body is written."""
    dialect: Dialect
    """What the provider speaks there."""
    adapter: Adapter | None = None
    """Speaks it for callers who speak another."""
    streamed_head: bytes | None = None
    """In place of `head`, where a stream is asked for at another address."""


@dataclass(frozen=True, slots=True)
class Target:
    """One key of a channel that serves a model: where to connect, what to say first, what the model is called there."""

    channel_id: str
    origin: Origin
    pool: str
    """Names the connections that may be used: those of this channel to this origin."""
    ways: Mapping[str, Way]
    """By endpoint; an endpoint that is not here cannot be served."""
    model: str
    """The model's name at the provider."""
    key_id: str | None = None
    timeouts: Timeouts | None = None
    """The channel's own patience, if it has one."""
    parameters: Mapping[str, msgspec.Raw | None] | None = None
    """Fields that every body gets; None takes a field away."""
    limits: ChannelLimits | None = None
    priority: int = 0
    """Those of a lower one are for when none of a higher one can answer."""

    @property
    def lane(self) -> str:
        """What fails and rests as one: a key, or a channel without keys."""
        return self.key_id or self.channel_id

    @property
    def spot(self) -> str:
        """One model on a lane: what rests when a provider limits how often that model is called."""
        return f"{self.lane} {self.model}"


# call, number, channel, the channel's key, the provider's name of the model, reason, the provider's status,
# microseconds, when it began (microseconds since 1970), message: in the order of `tables.CallAttempt`'s columns.
AttemptRow = tuple[str, int, str, str | None, str, str, int | None, int, int, str]


class Call:
    """One request on its way through the pipeline; each step writes down what it learnt."""

    # Defaults live on the class: a call writes down only what it learns.
    first_byte_at = 0.0
    upstream_seconds = 0.0
    """Waiting for providers, and for a channel to be ready."""
    paused_seconds = 0.0
    """How much of that was no attempt."""
    total_seconds = 0.0
    caller: Caller | None = None
    model = ""
    body = b""
    stream = False
    stream_options: dict[str, msgspec.Raw] | None = None
    include_usage = False
    usage: Usage | None = None
    is_estimated = False
    """Whether some of the usage is not as the provider counted it."""
    uncounted: Uncounted | None = None
    """What is left to find out of the usage, once the call has ended."""
    is_left = False
    """Whether its caller has left, and the provider may go on, to tell the usage."""
    attempts = 0
    status = 0
    code: str | None = None
    message: str | None = None
    target: Target | None = None
    hold: Held | None = None
    admittance: Admittance | None = None
    notes: Sequence[tuple[bytes, bytes]] = ()
    """Headers that tell the caller what is left of its limits."""
    request: ModelRequest | None = None
    wishes: Wishes | None = None
    failures: tuple[AttemptRow, ...] = ()
    capture: Capture | None = None
    betas: Betas | None = None
    original = b""
    """What the caller sent, where `body` was made of it."""
    narrow: Callable[[Sequence[Target]], Sequence[Target]] | None = None
    """Which of the places that serve the model may be called. Raises `AppError` when none may."""
    carry: Callable[[Target], Awaitable[Any]] | None = None
    """Makes one attempt, and gives its answer, where the forwarder's own way will not do. Raises `UpstreamFailure`,
    `AppError`."""

    def __init__(self, endpoint: Endpoint, *, address: str = "", session_id: str | None = None) -> None:
        self.id = new_id("call")
        self.endpoint = endpoint
        self.address = address
        self.session_id = session_id
        self.at = time.time_ns() // 1000
        self.started = time.perf_counter()

    @property
    def asks_for_usage(self) -> bool:
        """Whether it is by `stream_options` that a stream tells the usage."""
        return self.endpoint is CHAT or self.endpoint is COMPLETIONS

    def overhead_seconds(self) -> float:
        """Time spent in this house, without the waiting for providers: so far, or in all once the call has closed."""
        seconds = (self.total_seconds or time.perf_counter() - self.started) - self.upstream_seconds
        return seconds if seconds > 0 else 0.0

    def paused(self, seconds: float) -> None:
        """It has waited for a channel to be ready."""
        self.paused_seconds += seconds
        self.upstream_seconds += seconds

    def ended(self, status: int, code: str | None = None, message: str | None = None) -> None:
        """Write down how it went; the first word counts."""
        if not self.status:
            self.status = status
            self.code = code
            self.message = message[:_MESSAGE_LENGTH] if message else None

    def let_go(self) -> None:
        """Give back what is held of the channel."""
        if self.hold is not None:
            hold, self.hold = self.hold, None
            hold.let_go(self)

    def close(self) -> None:
        """Nothing more will happen to this call, but that its usage may still be found out."""
        self.total_seconds = self.total_seconds or time.perf_counter() - self.started

    def row(self) -> "CallRow":
        """The call as the log keeps it: figures and names, never a word of prompt or answer."""
        caller, usage = self.caller, self.usage
        key_id, user_id = (caller.key_id, caller.user_id) if caller else (None, None)
        tokens: tuple[int | None, ...] = (None, None, None, None)
        written = None
        if usage is not None:
            written = usage.cache_write_tokens
            tokens = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
        return (
            self.id,
            self.at,
            key_id,
            user_id,
            self.target.channel_id if self.target else None,
            self.model[:_MODEL_LENGTH],
            self.endpoint.path,
            self.stream,
            self.status,
            self.code,
            int(self.total_seconds * 1e6),
            int((self.first_byte_at - self.started) * 1e6) if self.first_byte_at else None,
            int(self.overhead_seconds() * 1e6),
            *tokens,
            self.is_estimated,
            self.attempts,
            self.address,
            self.session_id,
            written,
            self.message,
            None,  # what it cost is found out when the row is stored
            self.target.model if self.target else None,  # and at which price, of the provider's model
            self.wishes.request_id if self.wishes else None,
        )


# In the order of `tables.Call`'s columns; what stores it puts the price in the place of the provider's name.
CallRow = tuple[str | int | bool | None, ...]
