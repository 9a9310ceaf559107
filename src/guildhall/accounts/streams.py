"""The event streams of accounts: what concerns one person everywhere, and what everybody is told."""

from collections.abc import Callable
from typing import Any

from guildhall.accounts import notification_queries
from guildhall.accounts.policies import ANNOUNCEMENT_STREAM
from guildhall.core import presence
from guildhall.core import queries as core_queries
from guildhall.core.db import Session
from guildhall.core.realtime import StreamKind

_USER = "user."


def user_stream(user_id: str) -> str:
    """What concerns one person everywhere: their notifications, their open tabs, their list of sessions."""
    return f"{_USER}{user_id}"


def kinds(announcement: Callable[[], dict[str, Any] | None]) -> list[StreamKind]:
    """The kinds of streams of this package; `announcement` gives the banner of now."""

    async def announced(_session: Session, _user_id: str, _name: str) -> dict[str, Any]:
        return {"announcement": announcement()}

    return [
        StreamKind(_USER, _is_self, _user_snapshot),
        StreamKind(ANNOUNCEMENT_STREAM, _is_whole_name, announced),
    ]


async def _is_self(_session: Session, user_id: str, name: str) -> bool:
    return user_id == name


async def _is_whole_name(_session: Session, _user_id: str, name: str) -> bool:
    return not name


async def _user_snapshot(session: Session, user_id: str, _name: str) -> dict[str, Any]:
    """Lists are read over HTTP: a snapshot says "read them again", with the figures that have no list."""
    tabs = await core_queries.tabs_of(session, user_id, presence.SHOWN)
    unread = await notification_queries.unread_count(session, user_id)
    return {"unread": unread, "tabs": [presence.shown(tab) for tab in tabs]}
