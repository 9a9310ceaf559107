"""What alerts take and give over HTTP."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, SecretStr

from guildhall.core.web import Input, PlainText
from guildhall.operations.alerts.metrics import Unit
from guildhall.operations.alerts.tables import (
    ChannelKind,
    Comparison,
    DeliveryState,
    Occasion,
    Severity,
    State,
)

_DAY = 86_400


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not contain control characters")
    return value


def _visible(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if len(secret) > 500 or any(not "!" <= letter <= "~" for letter in secret):
        raise ValueError("must be at most 500 visible ASCII characters, without spaces")
    return SecretStr(secret)


Name = Annotated[PlainText, Field(min_length=1, max_length=100), AfterValidator(_printable)]
Target = Annotated[PlainText, Field(max_length=1000), AfterValidator(_printable)]
Secret = Annotated[SecretStr, AfterValidator(_visible)]
Threshold = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
ForSeconds = Annotated[int, Field(ge=0, le=7 * _DAY)]
RepeatSeconds = Annotated[int, Field(ge=0, le=30 * _DAY)]
Ids = Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-z_]{1,32}$")]], Field(max_length=50)]


class RuleIn(Input):
    """A rule to create."""

    name: Name
    metric: Annotated[PlainText, Field(max_length=60)]
    comparison: Comparison = "above"
    threshold: Threshold
    for_seconds: ForSeconds = 0
    repeat_seconds: RepeatSeconds = 4 * 3600
    severity: Severity = "warning"
    enabled: bool = True
    channel_ids: Ids = Field(default_factory=list)


class RuleChange(Input):
    """What to change of a rule; what is absent stays as it is."""

    name: Name | None = None
    metric: Annotated[PlainText, Field(max_length=60)] | None = None
    comparison: Comparison | None = None
    threshold: Threshold | None = None
    for_seconds: ForSeconds | None = None
    repeat_seconds: RepeatSeconds | None = None
    severity: Severity | None = None
    enabled: bool | None = None
    channel_ids: Ids | None = None


def _in_calendar(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a moment of our calendar") from None


class SilenceIn(Input):
    """Until when nobody is told; null ends a silence."""

    until: Annotated[AwareDatetime, AfterValidator(_in_calendar)] | None


class RuleOut(BaseModel):
    """A rule. Without channels of its own it tells every channel that is enabled."""

    id: str
    name: str
    shipped: bool
    metric: str
    comparison: Comparison
    threshold: float
    for_seconds: int
    repeat_seconds: int
    severity: Severity
    enabled: bool
    channel_ids: list[str]
    silenced_until: datetime | None
    created_at: datetime
    updated_at: datetime


class ReadingOut(BaseModel):
    """A metric's value now, for one subject; the whole house has an empty one."""

    subject: str
    name: str
    value: float


class MetricOut(BaseModel):
    """A figure that a rule can be about, and what it is now."""

    name: str
    title: str
    unit: Unit
    description: str
    readings: list[ReadingOut]


class AlertOut(BaseModel):
    """One time that a rule held."""

    id: str
    rule_id: str
    rule_name: str
    metric: str
    unit: Unit
    comparison: Comparison
    threshold: float
    severity: Severity
    subject: str
    subject_name: str
    state: State
    value: float
    started_at: datetime
    fired_at: datetime | None
    resolved_at: datetime | None
    told_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


class AlertChannelIn(Input):
    """Where to send word of alerts. `private` allows an address on your own network."""

    name: Name
    kind: ChannelKind
    target: Target = ""
    secret: Secret | None = None
    private: bool = False
    enabled: bool = True


class AlertChannelChange(Input):
    """What to change of a channel; what is absent stays as it is, an empty secret is taken away."""

    name: Name | None = None
    target: Target | None = None
    secret: Secret | None = None
    private: bool | None = None
    enabled: bool | None = None


class DeliveryOut(BaseModel):
    """One message to one channel, and how it went."""

    id: str
    alert_id: str
    channel_id: str
    occasion: Occasion
    state: DeliveryState
    attempts: int
    error_code: str | None
    last_error: str | None
    created_at: datetime
    ended_at: datetime | None


class AlertChannelOut(BaseModel):
    """A channel; `target` is shown without its token, and the secret never."""

    id: str
    name: str
    kind: ChannelKind
    target: str
    has_secret: bool
    private: bool
    enabled: bool
    created_at: datetime
    updated_at: datetime
    last_delivery: DeliveryOut | None


class AlertTestOut(BaseModel):
    """How a message for trying went."""

    ok: bool
    code: str | None
    message: str
