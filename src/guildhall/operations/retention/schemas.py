"""JSON of retention."""

from datetime import datetime

from pydantic import BaseModel, Field

from guildhall.core.web import Input


class RetentionKindOut(BaseModel):
    """A kind of rows: how many days it is kept (null: for ever), how many bytes it may take up (null: any number), and
    how much of it there is now."""

    kind: str
    description: str
    days: int | None
    default_days: int | None
    most_bytes: int | None
    rows: int
    bytes: int
    oldest: datetime | None


class RetentionPreviewIn(Input):
    """A time to try out (null: for ever), and for calls a size (null: any)."""

    kind: str = Field(max_length=40)
    days: int | None = Field(ge=1, le=36_500)
    most_gigabytes: float | None = Field(None, gt=0, le=100_000)


class RetentionPreviewOut(BaseModel):
    """What a run would remove if that were the time."""

    rows: int
    bytes: int
    oldest: datetime | None


class RetentionRunOut(BaseModel):
    """The job that removes."""

    job_id: str
