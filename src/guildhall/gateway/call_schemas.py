"""What the log of calls gives over HTTP."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from guildhall.edge.call_queries import Outcome
from guildhall.gateway.price_schemas import QuoteOut


class CallPartyOut(BaseModel):
    """Who or what a call names; without a name when it is gone."""

    id: str
    name: str | None


class CallOut(BaseModel):
    """One metered call. Times are in microseconds, costs in billionths of the currency's unit (null: not known).

    `channel` and `overhead_us` are for admins, and null for others.
    """

    id: str
    at: datetime
    user: CallPartyOut | None
    key: CallPartyOut | None
    channel: CallPartyOut | None
    model: str
    endpoint: str
    stream: bool
    outcome: Outcome
    status: int
    code: str | None
    message: str | None
    attempts: int
    total_us: int
    ttft_us: int | None
    overhead_us: int | None
    input_tokens: int | None
    cached_tokens: int | None
    cache_write_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    estimated: bool
    cost_nano: int | None
    price_id: str | None
    address: str
    session_id: str | None
    client_request_id: str | None


class CallPage(BaseModel):
    """Calls, newest first. A search that took too long has `looked_back_to`: there may be more before that moment, and
    `next_cursor` goes on from there."""

    items: list[CallOut]
    next_cursor: str | None
    looked_back_to: datetime | None
    currency: str


class CallAttemptOut(BaseModel):
    """One attempt at a channel. What a provider said, which one it was and which key was used are for admins."""

    number: int
    outcome: Literal["answered", "failed", "interrupted"]
    channel: CallPartyOut | None
    channel_key_id: str | None
    upstream_model: str | None
    reason: str | None
    status: int | None
    message: str | None
    at: datetime | None
    total_us: int | None


class CallDetailOut(CallOut):
    """A call with its attempts in order, the price it was billed at, and whether its words were kept."""

    attempt_log: list[CallAttemptOut]
    price: QuoteOut | None
    currency: str
    has_bodies: bool


class CallBodiesOut(BaseModel):
    """Prompt and answer of a call: how long they were, and the part of that which was kept, masked as configured."""

    request: str
    request_bytes: int
    request_kept: int
    answer: str
    answer_bytes: int
    answer_kept: int
    masked: bool
