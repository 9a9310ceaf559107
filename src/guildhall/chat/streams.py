"""The chat's event streams: their names, what is published on them, and what a newcomer is shown first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from guildhall.accounts.streams import user_stream
from guildhall.chat import branch_queries, queries, queue_queries, request_queries
from guildhall.chat.permission_schemas import PermissionOut
from guildhall.chat.question_schemas import QuestionOut
from guildhall.chat.request_tables import PermissionRow, QuestionRow
from guildhall.chat.schemas import MessageOut, QueuedOut, SessionOut, message_out
from guildhall.chat.tables import ChatSession, Message
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.bus import LoggedEvent
from guildhall.core.db import Session
from guildhall.core.pages import cursor_of
from guildhall.core.realtime import StreamKind

SNAPSHOT_MESSAGES = 50
_SESSION = "chat.session."
DELTA = "part.delta"
STOPPING = "turn.stopping"


def session_stream(session_id: str) -> str:
    """Everything that happens in one session."""
    return f"{_SESSION}{session_id}"


async def publish_session(session: Session, row: ChatSession) -> None:
    """Tell both streams that a session has changed."""
    body = {"session": SessionOut.model_validate(row).model_dump(mode="json")}
    await events.publish(session, session_stream(row.id), "session.changed", body)
    await events.publish(session, user_stream(row.user_id), "session.changed", body)


async def publish_message(session: Session, message_id: str) -> None:
    """Tell that more is known of a message that had ended."""
    message = await queries.message_by_id(session, message_id)
    if message is not None:
        shown_now = (await shown(session, message.session_id, [message]))[0]
        body = {"message": shown_now.model_dump(mode="json")}
        await events.publish(session, session_stream(message.session_id), "message.changed", body)


async def publish_branch(session: Session, row: ChatSession) -> None:
    """Tell that another branch is shown from here on: what was known of the messages is read again."""
    await events.publish(session, session_stream(row.id), "branch.changed", {"head_id": row.head_id})


async def publish_new(session: Session, message: Message) -> MessageOut:
    """Tell of a message that has just been stored; gives it as it is shown."""
    shown_now = (await shown(session, message.session_id, [message]))[0]
    body = {"message": shown_now.model_dump(mode="json")}
    await events.publish(session, session_stream(message.session_id), "message.created", body)
    return shown_now


async def publish_removal(session: Session, row: ChatSession) -> None:
    """Tell both streams that a session is gone."""
    body = {"id": row.id}
    await events.publish(session, session_stream(row.id), "session.removed", body)
    await events.publish(session, user_stream(row.user_id), "session.removed", body)


async def written_so_far(session: Session, session_id: str) -> dict[str, str]:
    """The text of parts still being made, by part id, as the log's deltas add up."""
    pieces: dict[str, list[str]] = defaultdict(list)
    for event in await log.events_of_type(session, session_stream(session_id), DELTA):
        pieces[event.body["part_id"]].append(event.body["text"])
    return {part_id: "".join(texts) for part_id, texts in pieces.items()}


async def shown(session: Session, session_id: str, messages: Sequence[Message]) -> list[MessageOut]:
    """Messages with their parts, half-written ones as far as they have come."""
    parts = await queries.parts_of(session, [message.id for message in messages])
    is_being_written = any(message.status == "streaming" for message in messages)
    written = await written_so_far(session, session_id) if is_being_written else {}
    siblings = await branch_queries.siblings_of(session, messages)
    return [message_out(message, parts[message.id], siblings[message.parent_id], written) for message in messages]


async def _owns(session: Session, user_id: str, session_id: str) -> bool:
    return await queries.session_of(session, user_id, session_id) is not None


async def _session_snapshot(session: Session, user_id: str, session_id: str) -> dict[str, Any]:
    row = await queries.session_of(session, user_id, session_id)
    head_id = row.head_id if row else None
    newest = await branch_queries.branch_before(session, session_id, head_id, limit=SNAPSHOT_MESSAGES + 1, before=None)
    messages = list(reversed(newest[:SNAPSHOT_MESSAGES]))
    waiting = await request_queries.pending_of(session, PermissionRow, user_id, session_id=session_id)
    questions = await request_queries.pending_of(session, QuestionRow, user_id, session_id=session_id)
    queue = await queue_queries.queue_of(session, session_id)
    return {
        "session": SessionOut.model_validate(row).model_dump(mode="json") if row else None,
        "messages": [message.model_dump(mode="json") for message in await shown(session, session_id, messages)],
        "permissions": [PermissionOut.model_validate(each).model_dump(mode="json") for each in waiting],
        "questions": [QuestionOut.model_validate(each).model_dump(mode="json") for each in questions],
        "todos": row.todos if row else [],
        "queue": [QueuedOut.model_validate(each).model_dump(mode="json") for each in queue],
        "next_cursor": message_cursor(messages[0].position) if len(newest) > SNAPSHOT_MESSAGES else None,
    }


def message_cursor(position: int) -> str:
    """The list cursor that goes on before `position`."""
    return cursor_of([position])


def _merged(earlier: LoggedEvent, later: LoggedEvent) -> LoggedEvent | None:
    """Two deltas of one part, as one."""
    if earlier.type != DELTA or later.type != DELTA or earlier.body["part_id"] != later.body["part_id"]:
        return None
    return replace(later, body={**later.body, "text": earlier.body["text"] + later.body["text"]})


KINDS = [StreamKind(_SESSION, _owns, _session_snapshot, _merged)]
