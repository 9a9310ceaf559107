"""Notifications: what a person should know although they did not ask, kept until they have dealt with it.

Call `notify` in the transaction of what happened: the row and its event are there if that is there. A person keeps the
newest `KEPT`; older ones are crowded out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from guildhall.accounts import notification_queries as queries
from guildhall.accounts import streams
from guildhall.accounts.tables import Notification
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import NotFoundError
from guildhall.core.ids import new_id

KEPT = 200
TITLE_LENGTH, BODY_LENGTH, LINK_LENGTH = 200, 2000, 500


async def notify(
    session: Session, user_id: str, kind: str, title: str, body: str, link: str | None = None
) -> Notification:
    """Tell one person; what is longer than a notification holds is cut, and only a page of ours can be its link."""
    row = Notification(
        id=new_id("nt"),
        user_id=user_id,
        kind=kind[:60],
        title=_fitted(title, TITLE_LENGTH),
        body=_fitted(body, BODY_LENGTH),
        link=link if link and is_own_page(link) else None,
        created_at=now(),
        read_at=None,
    )
    await queries.add_notification(session, row)
    await queries.crowd_out(session, user_id, KEPT)
    await _publish(session, user_id, "notification.created", {"notification": shown(row)})
    return row


async def notify_admins(session: Session, kind: str, title: str, body: str, link: str | None = None) -> int:
    """Tell every active admin; gives how many there are."""
    admins = await queries.admin_ids(session)
    for user_id in admins:
        await notify(session, user_id, kind, title, body, link)
    return len(admins)


async def mark_read(session: Session, user_id: str, ids: Sequence[str] | None) -> int:
    """Mark some as read, or all when `ids` is None; gives how many are left unread."""
    await queries.mark_read(session, user_id, ids, at=now())
    return await _publish(session, user_id, "notification.read", {"ids": None if ids is None else list(ids)})


async def remove(session: Session, user_id: str, notification_id: str) -> None:
    """Delete one. Raises `NotFoundError`."""
    if not await queries.delete_notification(session, user_id, notification_id):
        raise NotFoundError("notification_not_found", "There is no such notification.")
    await _publish(session, user_id, "notification.removed", {"id": notification_id})


def shown(row: Notification) -> dict[str, Any]:
    """A notification as events and routes show it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "body": row.body,
        "link": row.link,
        "created_at": _text(row.created_at),
        "read_at": _text(row.read_at),
    }


def is_own_page(link: str) -> bool:
    """Whether a link leads to a page of this hall and nowhere else, however a browser may read it."""
    is_path = link.startswith("/") and not link.startswith(("//", "/\\"))
    return is_path and len(link) <= LINK_LENGTH and link.isprintable()


async def _publish(session: Session, user_id: str, event_type: str, body: dict[str, Any]) -> int:
    unread = await queries.unread_count(session, user_id)
    await events.publish(session, streams.user_stream(user_id), event_type, {**body, "unread": unread})
    return unread


def _fitted(text: str, length: int) -> str:
    plain = text.replace("\x00", "")
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
