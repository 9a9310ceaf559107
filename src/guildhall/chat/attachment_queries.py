"""Statements on attachments. The owner is an argument wherever a row is owned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from guildhall.chat.tables import AttachmentRow
from guildhall.core.db import Session


async def add(session: Session, row: AttachmentRow) -> None:
    """Insert a row now, so that what is wrong with it is known before the transaction ends."""
    session.add(row)
    await session.flush()


async def attachment_of(session: Session, owner: str, attachment_id: str) -> AttachmentRow | None:
    """One attachment of the owner's."""
    statement = select(AttachmentRow).where(AttachmentRow.id == attachment_id, AttachmentRow.user_id == owner)
    return (await session.scalars(statement)).one_or_none()


async def attachments_of(session: Session, owner: str, attachment_ids: Sequence[str]) -> dict[str, AttachmentRow]:
    """Several of the owner's, by id."""
    statement = select(AttachmentRow).where(AttachmentRow.id.in_(attachment_ids), AttachmentRow.user_id == owner)
    return {row.id: row for row in await session.scalars(statement)}


async def locked_attachments_of(
    session: Session, owner: str, attachment_ids: Sequence[str]
) -> dict[str, AttachmentRow]:
    """The same, held until commit: two messages at once must not both come with one."""
    statement = select(AttachmentRow).where(AttachmentRow.id.in_(attachment_ids), AttachmentRow.user_id == owner)
    return {row.id: row for row in await session.scalars(statement.order_by(AttachmentRow.id).with_for_update())}


async def attachments_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[AttachmentRow]:
    """The owner's attachments after an id, in order of ids."""
    statement = select(AttachmentRow).where(AttachmentRow.user_id == owner, AttachmentRow.id > after)
    return (await session.scalars(statement.order_by(AttachmentRow.id).limit(limit))).all()


async def amount_of(session: Session, owner: str) -> tuple[int, int]:
    """(bytes of all the owner's attachments, how many of them no message has)."""
    unused = func.count().filter(AttachmentRow.session_id.is_(None))
    statement = select(func.coalesce(func.sum(AttachmentRow.size), 0), unused)
    size, count = (await session.execute(statement.where(AttachmentRow.user_id == owner))).one()
    return int(size), int(count)


async def use(session: Session, attachment_ids: Sequence[str], session_id: str | None) -> None:
    """Have attachments belong to a session, or to none, from now on."""
    statement = update(AttachmentRow).where(AttachmentRow.id.in_(attachment_ids))
    await session.execute(statement.values(session_id=session_id))


async def ids_in(session: Session, session_id: str) -> Sequence[str]:
    """The attachments of a session."""
    return (await session.scalars(select(AttachmentRow.id).where(AttachmentRow.session_id == session_id))).all()


async def known_ids(session: Session, owner: str, attachment_ids: Sequence[str]) -> set[str]:
    """Those of these ids that are attachments of the owner's."""
    statement = select(AttachmentRow.id).where(AttachmentRow.user_id == owner, AttachmentRow.id.in_(attachment_ids))
    return set(await session.scalars(statement))


async def unused_before(session: Session, before: datetime, *, limit: int) -> Sequence[AttachmentRow]:
    """Attachments of that time which no message has."""
    statement = select(AttachmentRow).where(AttachmentRow.session_id.is_(None), AttachmentRow.created_at < before)
    return (await session.scalars(statement.order_by(AttachmentRow.id).limit(limit))).all()


async def remove(session: Session, attachment_ids: Sequence[str]) -> None:
    """Forget attachments; their contents are the store's."""
    await session.execute(delete(AttachmentRow).where(AttachmentRow.id.in_(attachment_ids)))
