"""Statements on sessions, messages, parts and turns. The owner is an argument wherever a row is owned."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, tuple_, update

from guildhall.chat.tables import ChatSession, Message, Part, TagRow, TurnRow
from guildhall.core.db import Session


async def session_of(session: Session, owner: str, session_id: str) -> ChatSession | None:
    """A session that its owner has not deleted."""
    statement = select(ChatSession).where(
        ChatSession.id == session_id, ChatSession.user_id == owner, ChatSession.deleted_at.is_(None)
    )
    return (await session.scalars(statement)).one_or_none()


async def locked_session_of(session: Session, owner: str, session_id: str) -> ChatSession | None:
    """The same, held until commit: two messages at once must not both find it idle."""
    statement = select(ChatSession).where(
        ChatSession.id == session_id, ChatSession.user_id == owner, ChatSession.deleted_at.is_(None)
    )
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def deleted_session_of(session: Session, owner: str, session_id: str) -> ChatSession | None:
    """A session that its owner has deleted and can still bring back, held until commit."""
    statement = select(ChatSession).where(
        ChatSession.id == session_id, ChatSession.user_id == owner, ChatSession.deleted_at.is_not(None)
    )
    return (await session.scalars(statement.with_for_update())).one_or_none()


NO_FOLDER = "none"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which of somebody's sessions are listed: those in a folder, or in none, those with a tag (for comparing)."""

    archived: bool
    folder_id: str | None = None
    tag: str | None = None


async def sessions_of(
    session: Session, owner: str, shelf: Shelf, *, limit: int, before: tuple[bool, datetime, str] | None
) -> Sequence[ChatSession]:
    """Pinned ones first, then newest activity, after the place `before`."""
    statement = select(ChatSession).where(
        ChatSession.user_id == owner, ChatSession.is_archived == shelf.archived, ChatSession.deleted_at.is_(None)
    )
    if shelf.folder_id is not None:
        inside = ChatSession.folder_id
        statement = statement.where(inside.is_(None) if shelf.folder_id == NO_FOLDER else inside == shelf.folder_id)
    if shelf.tag is not None:
        tagged = select(TagRow.session_id).where(TagRow.user_id == owner, TagRow.folded == shelf.tag)
        statement = statement.where(ChatSession.id.in_(tagged))
    columns = (ChatSession.is_pinned, ChatSession.activity_at, ChatSession.id)
    if before:
        statement = statement.where(tuple_(*columns) < tuple_(*before))
    order = [column.desc() for column in columns]
    return (await session.scalars(statement.order_by(*order).limit(limit))).all()


async def session_ids_of(session: Session, owner: str) -> Sequence[str]:
    """Every session of the owner, deleted ones too."""
    return (await session.scalars(select(ChatSession.id).where(ChatSession.user_id == owner))).all()


async def sessions_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[ChatSession]:
    """The owner's sessions after an id, in order of ids."""
    statement = select(ChatSession).where(ChatSession.user_id == owner, ChatSession.id > after)
    return (await session.scalars(statement.order_by(ChatSession.id).limit(limit))).all()


async def messages_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[Message]:
    """What was said in the owner's sessions after an id, in order of ids."""
    statement = select(Message).join(ChatSession, ChatSession.id == Message.session_id)
    statement = statement.where(ChatSession.user_id == owner, Message.id > after)
    return (await session.scalars(statement.order_by(Message.id).limit(limit))).all()


async def session_by_id(session: Session, session_id: str) -> ChatSession | None:
    """A session for the house itself, deleted or not."""
    return await session.get(ChatSession, session_id)


async def locked_session(session: Session, session_id: str) -> ChatSession | None:
    """The same, held until commit: it must not be brought back while it is being forgotten."""
    statement = select(ChatSession).where(ChatSession.id == session_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def remove_session(session: Session, session_id: str) -> None:
    """Forget a session and all that was said in it."""
    await session.execute(delete(ChatSession).where(ChatSession.id == session_id))


async def add(session: Session, row: ChatSession | Message | Part | TurnRow) -> None:
    """Insert a row now, so that rows that refer to it can follow."""
    session.add(row)
    await session.flush()


async def message_by_id(session: Session, message_id: str) -> Message | None:
    """One message."""
    return await session.get(Message, message_id)


async def message_by_idempotency_key(session: Session, session_id: str, key: str) -> Message | None:
    """The message that an earlier request with the same key made."""
    statement = select(Message).where(Message.session_id == session_id, Message.idempotency_key == key)
    return (await session.scalars(statement)).one_or_none()


async def next_position(session: Session, session_id: str) -> int:
    """Where the next message goes; the caller holds the session."""
    statement = select(func.coalesce(func.max(Message.position), 0)).where(Message.session_id == session_id)
    return int((await session.execute(statement)).scalar_one()) + 1


async def parts_of(session: Session, message_ids: Sequence[str]) -> dict[str, list[Part]]:
    """The parts of several messages, in order, by message."""
    found: dict[str, list[Part]] = defaultdict(list)
    statement = select(Part).where(Part.message_id.in_(message_ids)).order_by(Part.message_id, Part.position)
    for part in await session.scalars(statement):
        found[part.message_id].append(part)
    return found


async def add_part(session: Session, values: dict[str, Any]) -> None:
    """Begin a part."""
    await session.execute(insert(Part).values(**values))


async def set_tool(session: Session, part_id: str, tool: dict[str, Any]) -> None:
    """Store how far a tool call has come."""
    await session.execute(update(Part).where(Part.id == part_id).values(tool=tool))


async def end_part(
    session: Session, part_id: str, text: str, ended_at: datetime, tool: dict[str, Any] | None = None
) -> None:
    """Store the whole text of a part, and of a tool call what came of it."""
    await session.execute(update(Part).where(Part.id == part_id).values(text=text, ended_at=ended_at, tool=tool))


async def turn_by_id(session: Session, turn_id: str) -> TurnRow | None:
    """One turn."""
    return await session.get(TurnRow, turn_id)


async def open_turn(session: Session, session_id: str) -> TurnRow | None:
    """The turn that is queued or running in a session."""
    statement = select(TurnRow).where(TurnRow.session_id == session_id, TurnRow.state != "ended")
    return (await session.scalars(statement.order_by(TurnRow.id.desc()).limit(1))).one_or_none()


async def turn_of_question(session: Session, question_id: str) -> TurnRow | None:
    """The first turn that answered a question."""
    statement = select(TurnRow).where(TurnRow.question_id == question_id).order_by(TurnRow.id).limit(1)
    return (await session.scalars(statement)).one_or_none()


async def turn_of_answer(session: Session, answer_id: str | None) -> TurnRow | None:
    """The turn that made an answer."""
    return (await session.scalars(select(TurnRow).where(TurnRow.answer_id == answer_id).limit(1))).one_or_none()


async def start_turn(session: Session, turn_id: str) -> bool:
    """Take a queued turn; False when somebody has taken it before."""
    statement = update(TurnRow).where(TurnRow.id == turn_id, TurnRow.state == "queued").values(state="running")
    return bool(getattr(await session.execute(statement), "rowcount", 0))


async def count_call(session: Session, turn_id: str, *, most: int) -> bool:
    """A turn begins one more model call; False when it has begun so many, as sub-agents beside each other may have."""
    statement = update(TurnRow).where(TurnRow.id == turn_id, TurnRow.calls < most)
    done = await session.execute(statement.values(calls=TurnRow.calls + 1))
    return bool(getattr(done, "rowcount", 0))


async def end_turn(session: Session, turn_id: str, ended_at: datetime) -> bool:
    """End a turn; False when somebody has ended it before."""
    statement = update(TurnRow).where(TurnRow.id == turn_id, TurnRow.state != "ended")
    done = await session.execute(statement.values(state="ended", ended_at=ended_at))
    return bool(getattr(done, "rowcount", 0))


async def request_stop(session: Session, turn_id: str) -> None:
    """Ask a turn to end where it is."""
    await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(stop_requested=True))


async def set_message(session: Session, message_id: str, values: dict[str, Any]) -> None:
    """Change a message's columns."""
    await session.execute(update(Message).where(Message.id == message_id).values(**values))


async def set_session(session: Session, session_id: str, values: dict[str, Any]) -> None:
    """Change a session's columns."""
    await session.execute(update(ChatSession).where(ChatSession.id == session_id).values(**values))


async def session_counts(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """(sessions there are, how many of them were begun in that time)."""
    is_new = and_(ChatSession.created_at >= since, ChatSession.created_at < until)
    statement = select(func.count(), func.count().filter(is_new)).select_from(ChatSession)
    total, created = (await session.execute(statement.where(ChatSession.deleted_at.is_(None)))).one()
    return total, created
