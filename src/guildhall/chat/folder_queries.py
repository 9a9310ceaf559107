"""Statements on folders and tags. The owner is an argument wherever a row is owned."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update

from guildhall.chat.tables import ChatSession, FolderRow, TagRow
from guildhall.core.db import Session


async def add(session: Session, row: FolderRow) -> None:
    """Store a new folder. Raises `Conflict` when its owner has one of that name."""
    session.add(row)
    await session.flush()


async def folders_of(session: Session, owner: str) -> Sequence[FolderRow]:
    """The owner's folders in their order."""
    statement = select(FolderRow).where(FolderRow.user_id == owner)
    return (await session.scalars(statement.order_by(FolderRow.position, FolderRow.id))).all()


async def locked_folders_of(session: Session, owner: str) -> Sequence[FolderRow]:
    """The same, held until commit: of two orders at once one counts."""
    statement = select(FolderRow).where(FolderRow.user_id == owner).with_for_update()
    return (await session.scalars(statement.order_by(FolderRow.position, FolderRow.id))).all()


async def folder_of(session: Session, owner: str, folder_id: str) -> FolderRow | None:
    """One of the owner's."""
    statement = select(FolderRow).where(FolderRow.id == folder_id, FolderRow.user_id == owner)
    return (await session.scalars(statement)).one_or_none()


async def locked_folder_of(session: Session, owner: str, folder_id: str) -> FolderRow | None:
    """The same, held until commit: nothing may be put into a folder while it is being deleted."""
    statement = select(FolderRow).where(FolderRow.id == folder_id, FolderRow.user_id == owner)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def folders_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[FolderRow]:
    """The owner's folders after an id, in order of ids."""
    statement = select(FolderRow).where(FolderRow.user_id == owner, FolderRow.id > after)
    return (await session.scalars(statement.order_by(FolderRow.id).limit(limit))).all()


async def remove(session: Session, folder_id: str) -> None:
    """Forget a folder; what is in it, deleted or not, is in none from now on."""
    inside = update(ChatSession).where(ChatSession.folder_id == folder_id)
    await session.execute(inside.values(folder_id=None))
    await session.execute(delete(FolderRow).where(FolderRow.id == folder_id))


async def set_tags(session: Session, row: ChatSession, folded: dict[str, str]) -> None:
    """Have a session found by these tags only, `{folded: name}`."""
    await session.execute(delete(TagRow).where(TagRow.session_id == row.id))
    places = {"session_id": row.id, "user_id": row.user_id}
    if folded:
        await session.execute(insert(TagRow), [{**places, "folded": key, "name": name} for key, name in folded.items()])


async def tags_of(session: Session, owner: str, *, limit: int) -> Sequence[tuple[str, int]]:
    """The owner's tags with how many sessions have each, the most used first; deleted sessions do not count."""
    used = func.count()
    statement = (
        select(func.min(TagRow.name), used)
        .join(ChatSession, ChatSession.id == TagRow.session_id)
        .where(TagRow.user_id == owner, ChatSession.deleted_at.is_(None))
        .group_by(TagRow.folded)
        .order_by(used.desc(), TagRow.folded)
        .limit(limit)
    )
    return [(name, count) for name, count in await session.execute(statement)]
