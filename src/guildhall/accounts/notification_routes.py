"""HTTP of notifications: list, mark as read, delete."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, model_validator

from guildhall.accounts import notification_queries as queries
from guildhall.accounts import notifications
from guildhall.core.web import DbSession, Input, Page, PageCursor, UserId, page_of

router = APIRouter(prefix="/api/v1/notifications", tags=["notifications"])

_ID = r"^[0-9a-z_]{1,32}$"
Id = Annotated[str, Field(pattern=_ID)]


class NotificationOut(BaseModel):
    """Something a person should know; `link` is a page of this hall."""

    id: str
    kind: str
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


class NotificationsOut(Page[NotificationOut]):
    """A page of notifications, and how many in all wait to be read."""

    unread: int


class ReadIn(Input):
    """Which to mark as read: some, or all."""

    ids: list[Id] | None = Field(None, min_length=1, max_length=200)
    all: bool = False

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.all == (self.ids is not None):
            raise ValueError("give either ids or all: true")
        return self


class UnreadOut(BaseModel):
    """How many wait to be read."""

    unread: int


@router.get("", response_model=NotificationsOut)
async def list_notifications(
    user_id: UserId,
    session: DbSession,
    cursor: PageCursor,
    unread: Annotated[bool, Query(description="Only those not read yet.")] = False,
) -> dict[str, Any]:
    """What this person should know, newest first."""
    position = cursor.position(str)
    rows = await queries.notifications_of(
        session, user_id, unread_only=unread, limit=cursor.limit + 1, before=position[0] if position else None
    )
    page = page_of(rows, cursor, lambda row: [row.id])
    shown = [notifications.shown(row) for row in page["items"]]
    return {**page, "items": shown, "unread": await queries.unread_count(session, user_id)}


@router.post("/read", response_model=UnreadOut)
async def mark_notifications_read(body: ReadIn, user_id: UserId, session: DbSession) -> dict[str, int]:
    """Mark some or all as read; unknown ids are passed over."""
    return {"unread": await notifications.mark_read(session, user_id, body.ids)}


@router.delete("/{notification_id}", status_code=204)
async def delete_notification(
    notification_id: Annotated[str, Path(pattern=_ID)], user_id: UserId, session: DbSession
) -> None:
    """Forget a notification."""
    await notifications.remove(session, user_id, notification_id)
