"""What the API gives about what a session has used."""

from pydantic import BaseModel


class ContextOut(BaseModel):
    """How full the model's context is; null where nobody knows."""

    model: str | None
    tokens: int | None
    length: int | None


class TurnLimitsOut(BaseModel):
    """What one answer may take here: model calls, and billionths of the currency's unit (null: any amount)."""

    calls: int
    cost_nano: int | None


class SessionUsageOut(BaseModel):
    """What the answers of a session have used together, as the gateway billed it.

    `cost_nano` is in billionths of the currency's unit, of the calls whose price is known (null: of none);
    `unpriced_calls` are the others. Cached tokens are part of the input, reasoning of the output.
    """

    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_nano: int | None
    unpriced_calls: int
    is_estimated: bool
    currency: str
    context: ContextOut
    limits: TurnLimitsOut
