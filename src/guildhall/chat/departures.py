"""Departures: what the chat hands to somebody who wants a copy, and what it does when their account is deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.chat import (
    attachment_queries,
    folder_queries,
    prompt_queries,
    prompts,
    queries,
    queue_queries,
    request_queries,
    share_queries,
    streams,
)
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.db import Session

_PAGE = 200
_SESSION = (
    *("id", "title", "model", "engine", "mode", "workspace_id", "instructions", "parameters", "servers_off"),
    *(
        "most_calls",
        "most_cost_nano",
        "is_pinned",
        "is_archived",
        "folder_id",
        "tags",
        "forked_from_id",
        "head_id",
        "created_at",
    ),
)


async def sessions_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """A person's sessions, up to 200 after this id."""
    rows = await queries.sessions_after(session, user_id, after=after, limit=_PAGE)
    return [{name: getattr(row, name) for name in _SESSION} for row in rows]


async def messages_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """What was said in a person's sessions, on every branch, up to 200 messages after this id."""
    rows = await queries.messages_after(session, user_id, after=after, limit=_PAGE)
    parts = await queries.parts_of(session, [row.id for row in rows])
    return [
        {
            "id": row.id,
            "session_id": row.session_id,
            "parent_id": row.parent_id,
            "role": row.role,
            "kind": row.kind,
            "status": row.status,
            "model": row.model,
            "created_at": row.created_at,
            "attachments": [attached["id"] for attached in row.attachments or ()],
            "parts": [{"type": part.type, "text": part.text} for part in parts[row.id]],
        }
        for row in rows
    ]


async def folders_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """A person's folders, up to 200 after this id."""
    rows = await folder_queries.folders_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "name", "position", "created_at", "updated_at")
    return [{name: getattr(row, name) for name in fields} for row in rows]


async def queue_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """What waits to be said in a person's sessions, up to 200 after this id."""
    rows = await queue_queries.queued_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "session_id", "text", "model", "attachments", "created_at")
    return [{name: getattr(row, name) for name in fields} for row in rows]


async def questions_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """What agents asked a person, and what they were answered, up to 200 after this id."""
    rows = await request_queries.questions_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "session_id", "items", "status", "answers", "created_at", "decided_at")
    return [{name: getattr(row, name) for name in fields} for row in rows]


async def shares_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """Links by which a person's sessions are read, up to 200 after this id."""
    rows = await share_queries.shares_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "session_id", "title", "with_details", "created_at", "copied_at", "expires_at")
    return [{name: getattr(row, name) for name in fields} for row in rows]


async def prompts_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """Prompts that a person keeps, up to 200 after this id."""
    rows = await prompt_queries.prompts_after(session, user_id, after=after, limit=_PAGE)
    return [prompts.out(row).model_dump(exclude={"is_shared", "is_scene", "variables"}) for row in rows]


async def attachments_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """What a person attached to messages, up to 200 after this id; contents are at the addresses told."""
    rows = await attachment_queries.attachments_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "session_id", "name", "media_type", "size", "sha256", "created_at")
    return [
        {name: getattr(row, name) for name in fields} | {"content": f"/api/v1/chat/attachments/{row.id}/content"}
        for row in rows
    ]


async def farewell(session: Session, user_id: str) -> None:
    """Stop what still runs for a person and forget the events of their sessions; the rows go with the account."""
    for session_id in await queries.session_ids_of(session, user_id):
        stream = streams.session_stream(session_id)
        turn = await queries.open_turn(session, session_id)
        if turn is not None:
            await events.publish(session, stream, streams.STOPPING, {"turn_id": turn.id})
        await log.drop_stream(session, stream)
