"""Statements on the tree of a session's messages. A branch is the way from a message up to the first one."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import CTE, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from guildhall.chat.tables import Message
from guildhall.core.db import Session

_LOOKED_BACK = 100


async def branch_before(
    session: Session, session_id: str, head_id: str | None, *, limit: int, before: int | None
) -> Sequence[Message]:
    """Newest first, from the head on, or from above the message at position `before`."""
    if before is not None:
        above = select(Message.parent_id).where(Message.session_id == session_id, Message.position == before)
        head_id = (await session.scalars(above)).one_or_none()
    way = _way_up(head_id, most=limit)
    statement = select(Message).join(way, way.c.id == Message.id)
    return (await session.scalars(statement.order_by(Message.position.desc()))).all()


async def branch(session: Session, head_id: str | None) -> Sequence[Message]:
    """All of it, oldest first."""
    way = _way_up(head_id)
    return (await session.scalars(select(Message).join(way, way.c.id == Message.id).order_by(Message.position))).all()


async def branch_ids(session: Session, head_id: str | None) -> Sequence[str]:
    """All of it by ids, oldest first."""
    way = _way_up(head_id)
    return (await session.scalars(select(way.c.id).order_by(way.c.position))).all()


async def messages_by_ids(session: Session, ids: Sequence[str]) -> Sequence[Message]:
    """Oldest first."""
    return (await session.scalars(select(Message).where(Message.id.in_(ids)).order_by(Message.position))).all()


async def message_of(session: Session, session_id: str, message_id: str) -> Message | None:
    """A message of this session."""
    statement = select(Message).where(Message.id == message_id, Message.session_id == session_id)
    return (await session.scalars(statement)).one_or_none()


async def is_on_branch(session: Session, head_id: str | None, message: Message) -> bool:
    """Whether the way up from the head comes by a message."""
    way = _way_up(head_id, down_to=message.position)
    return (await session.scalars(select(way.c.id).where(way.c.id == message.id))).one_or_none() is not None


async def question_above(session: Session, head_id: str | None) -> Message | None:
    """The nearest question on the way up, the head itself included."""
    way = _way_up(head_id)
    statement = select(Message).join(way, way.c.id == Message.id).where(Message.role == "user")
    return (await session.scalars(statement.order_by(Message.position.desc()).limit(1))).one_or_none()


async def was_answered(session: Session, question_id: str, *, before: int) -> bool:
    """Whether a question had a whole answer before the one at this position."""
    statement = select(Message.id).where(
        Message.parent_id == question_id, Message.status == "complete", Message.position < before
    )
    return (await session.scalars(statement.limit(1))).one_or_none() is not None


async def newest_below(session: Session, message: Message) -> str:
    """The message said last of all that follow a message: the end of a branch; the message itself if none does."""
    below = select(Message.id, Message.position).where(Message.id == message.id).cte("below", recursive=True)
    child = aliased(Message)
    step = select(child.id, child.position).join(
        below, and_(child.session_id == message.session_id, child.parent_id == below.c.id)
    )
    below = below.union_all(step)
    statement = select(below.c.id).order_by(below.c.position.desc()).limit(1)
    newest: str = (await session.scalars(statement)).one()
    return newest


async def siblings_of(session: Session, messages: Sequence[Message]) -> dict[str | None, list[str]]:
    """Messages of one session that share the parents of these, in order, by parent."""
    parents = {message.parent_id for message in messages}
    found: dict[str | None, list[str]] = defaultdict(list)
    if not messages:
        return found
    shared = [Message.parent_id.in_(parents - {None})]
    if None in parents:
        shared.append(Message.parent_id.is_(None))
    statement = select(Message.parent_id, Message.id).where(Message.session_id == messages[0].session_id, or_(*shared))
    for parent_id, message_id in await session.execute(statement.order_by(Message.position)):
        found[parent_id].append(message_id)
    return found


async def last_context(session: Session, head_id: str | None) -> int | None:
    """The newest known context on the branch."""
    way = _way_up(head_id, most=_LOOKED_BACK)
    statement = select(Message.context_tokens).join(way, way.c.id == Message.id)
    statement = statement.where(Message.context_tokens.is_not(None)).order_by(Message.position.desc()).limit(1)
    return (await session.scalars(statement)).one_or_none()


async def attached_ids(session: Session, session_id: str) -> set[str]:
    """The attachments that messages of a session came with."""
    statement = select(Message.attachments).where(Message.session_id == session_id, Message.attachments.is_not(None))
    return {each["id"] for attached in await session.scalars(statement) for each in attached}


async def count_branches(session: Session, session_id: str) -> int:
    """How many messages nothing follows."""
    child = aliased(Message)
    follows = select(child.id).where(child.session_id == session_id, child.parent_id == Message.id).exists()
    statement = select(func.count()).where(Message.session_id == session_id, ~follows)
    return int((await session.execute(statement)).scalar_one())


def _way_up(head_id: str | None, *, most: int | None = None, down_to: int | None = None) -> CTE:
    """The ids and positions from a message up to the first one; parents are older, so that it ends."""
    columns = (Message.id, Message.parent_id, Message.position, literal(1).label("length"))
    way = select(*columns).where(Message.id == head_id).cte("way", recursive=True)
    above = aliased(Message)
    step = select(above.id, above.parent_id, above.position, way.c.length + 1).join(
        way, and_(above.id == way.c.parent_id, above.position < way.c.position)
    )
    if most is not None:
        step = step.where(way.c.length < most)
    if down_to is not None:
        step = step.where(above.position >= down_to)
    return way.union_all(step)
