"""What the dashboard gives over HTTP. What nobody knows is null, never zero."""

from datetime import datetime

from pydantic import BaseModel


class UserFigures(BaseModel):
    """People: how many accounts, how many came in the time shown, how many joined in it."""

    total: int
    active: int
    created: int


class SessionFigures(BaseModel):
    """Chat sessions."""

    total: int
    created: int


class CallFigures(BaseModel):
    """Model calls. `errors` failed through no fault of the caller, `refused` through the caller's; `unpriced` used
    tokens whose price is not known."""

    total: int
    errors: int
    refused: int
    input_tokens: int
    output_tokens: int
    mean_seconds: float | None
    unpriced: int


class JobFigures(BaseModel):
    """Jobs: open ones and unsettled failures now, successes in the time shown."""

    queued: int
    running: int
    waiting: int
    failed: int
    succeeded: int


class DiskFigures(BaseModel):
    """The disk that holds the data folder of the server that answers."""

    total_bytes: int
    used_bytes: int
    free_bytes: int


class CostOut(BaseModel):
    """Money in billionths of the currency's unit."""

    nano: int
    currency: str


class PointOut(BaseModel):
    """One hour or one day."""

    at: datetime
    calls: int
    errors: int
    refused: int
    input_tokens: int
    output_tokens: int
    mean_seconds: float | None
    cost_nano: int


class DashboardOut(BaseModel):
    """What the house did lately; `cost` is null where there were calls and no price is known for any of them."""

    since: datetime
    until: datetime
    step_seconds: int
    users: UserFigures
    sessions: SessionFigures
    calls: CallFigures
    calls_before: CallFigures
    cost: CostOut | None
    jobs: JobFigures
    disk: DiskFigures
    alerts: dict[str, int]
    series: list[PointOut]
