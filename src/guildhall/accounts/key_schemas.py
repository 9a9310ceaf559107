"""What API keys take and give over HTTP."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from guildhall.accounts.limit_schemas import Amount, LimitsIn, LimitsOut, PerMinute
from guildhall.accounts.schemas import Name
from guildhall.accounts.tables import QuotaPeriod, Scope
from guildhall.core.addresses import network_of
from guildhall.core.web import Input, PlainText

MAX_GRACE_SECONDS = 30 * 86_400


def _network(value: str) -> str:
    try:
        network = network_of(value)
    except ValueError as error:
        raise PydanticCustomError("network", "{reason}", {"reason": str(error)}) from None
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "must be within the years 1 and 9999 in UTC") from None


def _once(values: list[str]) -> list[str]:
    return sorted(set(values))


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=10), AfterValidator(_once)]
Networks = Annotated[
    list[Annotated[PlainText, Field(max_length=60), AfterValidator(_network)]],
    Field(max_length=50),
    AfterValidator(_once),
]
ModelNames = Annotated[
    list[Annotated[PlainText, Field(min_length=1, max_length=200)]], Field(max_length=200), AfterValidator(_once)
]
Endpoints = Annotated[
    list[Annotated[str, Field(pattern=r"^/v1/[a-z_/]+$", max_length=40)]], Field(max_length=40), AfterValidator(_once)
]


class KeyIn(LimitsIn):
    """A new API key; the name tells its owner what it is for. No allowed address, model or endpoint means that all
    are allowed."""

    name: Name
    scopes: Scopes = Field(default=["models"], validate_default=True)
    expires_at: Moment | None = None
    allowed_addresses: Networks = Field(default_factory=list)
    models: ModelNames = Field(default_factory=list)
    endpoints: Endpoints = Field(default_factory=list)


class KeyChangeIn(Input):
    """What to change about a key; what is absent stays. An `expires_at` of null means that it never expires, and a
    limit of null that there is none."""

    name: Name | None = None
    expires_at: Moment | None = None
    allowed_addresses: Networks | None = None
    models: ModelNames | None = None
    endpoints: Endpoints | None = None
    calls_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None
    parallel_calls: PerMinute | None = None
    quota_nano: Amount | None = None
    quota_tokens: Amount | None = None
    quota_period: QuotaPeriod | None = None


class RotationIn(Input):
    """How long the secret of now goes on working beside the new one."""

    grace_seconds: int = Field(0, ge=0, le=MAX_GRACE_SECONDS)


class KeyOut(LimitsOut):
    """An API key without its secret. After a rotation the former secret works until `former_until`."""

    id: str
    name: str
    prefix: str
    scopes: list[Scope]
    allowed_addresses: list[str]
    models: list[str]
    endpoints: list[str]
    expires_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None
    former_until: datetime | None


class NewKeyOut(KeyOut):
    """A key just made or rotated, with its secret: the only time it is shown."""

    key: str
