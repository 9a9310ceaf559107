"""Statements on workspaces, trash and uploads. The owner is an argument wherever a workspace is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select

from guildhall.core.db import Session
from guildhall.workspaces.tables import TrashEntry, Upload, Workspace

Row = TypeVar("Row", Workspace, TrashEntry, Upload)


async def workspace_of(session: Session, owner: str, workspace_id: str) -> Workspace | None:
    """A workspace that its owner has not deleted."""
    statement = select(Workspace).where(
        Workspace.id == workspace_id, Workspace.user_id == owner, Workspace.deleted_at.is_(None)
    )
    return (await session.scalars(statement)).one_or_none()


async def locked_workspace_of(session: Session, owner: str, workspace_id: str) -> Workspace | None:
    """A workspace, deleted or not, held until commit."""
    statement = select(Workspace).where(Workspace.id == workspace_id, Workspace.user_id == owner)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def locked_workspace(session: Session, workspace_id: str) -> Workspace | None:
    """The same for the house itself: whoever writes files holds it, so that writers come one after the other."""
    statement = select(Workspace).where(Workspace.id == workspace_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def workspace_by_id(session: Session, workspace_id: str) -> Workspace | None:
    """A workspace for the house itself, deleted or not."""
    return await session.get(Workspace, workspace_id)


async def workspaces_of(session: Session, owner: str, *, limit: int, before: str | None) -> Sequence[Workspace]:
    """Newest first, after the id `before`."""
    statement = select(Workspace).where(Workspace.user_id == owner, Workspace.deleted_at.is_(None))
    if before is not None:
        statement = statement.where(Workspace.id < before)
    return (await session.scalars(statement.order_by(Workspace.id.desc()).limit(limit))).all()


async def workspaces_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[Workspace]:
    """The owner's workspaces after an id, deleted ones too, in order of ids."""
    statement = select(Workspace).where(Workspace.user_id == owner, Workspace.id > after)
    return (await session.scalars(statement.order_by(Workspace.id).limit(limit))).all()


async def workspace_ids(session: Session, owner: str) -> Sequence[str]:
    """Every workspace of the owner, deleted ones too."""
    return (await session.scalars(select(Workspace.id).where(Workspace.user_id == owner))).all()


async def known_ids(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that are workspaces."""
    return set(await session.scalars(select(Workspace.id).where(Workspace.id.in_(ids))))


async def count_of(session: Session, owner: str) -> int:
    """How many workspaces the owner has, without deleted ones."""
    statement = select(func.count()).where(Workspace.user_id == owner, Workspace.deleted_at.is_(None))
    return int((await session.execute(statement)).scalar_one())


async def add(session: Session, row: Row) -> Row:
    """Insert a row now, so that rows that refer to it can follow."""
    session.add(row)
    await session.flush()
    return row


async def long_deleted(session: Session, before: datetime, *, limit: int) -> Sequence[Workspace]:
    """Workspaces deleted before a moment: their own job did not forget them."""
    return (await session.scalars(select(Workspace).where(Workspace.deleted_at < before).limit(limit))).all()


async def remove_workspace(session: Session, workspace_id: str) -> None:
    """Forget a workspace, its versions, trash and uploads."""
    await session.execute(delete(Workspace).where(Workspace.id == workspace_id))


async def add_trash(session: Session, rows: Sequence[TrashEntry]) -> None:
    """Insert entries."""
    session.add_all(rows)
    await session.flush()


async def trash_of(session: Session, workspace_id: str, *, limit: int, before: str | None) -> Sequence[TrashEntry]:
    """Deleted last first, after the id `before`."""
    statement = select(TrashEntry).where(TrashEntry.workspace_id == workspace_id)
    if before is not None:
        statement = statement.where(TrashEntry.id < before)
    return (await session.scalars(statement.order_by(TrashEntry.id.desc()).limit(limit))).all()


async def trash_entry(session: Session, workspace_id: str, entry_id: str) -> TrashEntry | None:
    """One entry of a workspace's trash."""
    statement = select(TrashEntry).where(TrashEntry.workspace_id == workspace_id, TrashEntry.id == entry_id)
    return (await session.scalars(statement)).one_or_none()


async def trash_entries(session: Session, workspace_id: str, entry_ids: Sequence[str]) -> Sequence[TrashEntry]:
    """Those of some entries that are in a workspace's trash, by where they were."""
    statement = select(TrashEntry).where(TrashEntry.workspace_id == workspace_id, TrashEntry.id.in_(entry_ids))
    return (await session.scalars(statement.order_by(TrashEntry.path, TrashEntry.id))).all()


async def old_trash(session: Session, before: datetime, *, limit: int) -> Sequence[TrashEntry]:
    """Entries deleted before a moment, of any workspace."""
    return (await session.scalars(select(TrashEntry).where(TrashEntry.deleted_at < before).limit(limit))).all()


async def remove_trash(session: Session, entry_ids: Sequence[str]) -> None:
    """Forget entries."""
    await session.execute(delete(TrashEntry).where(TrashEntry.id.in_(entry_ids)))


async def remove_trash_of(session: Session, workspace_id: str) -> None:
    """Forget everything in a workspace's trash."""
    await session.execute(delete(TrashEntry).where(TrashEntry.workspace_id == workspace_id))


async def trash_size(session: Session, workspace_id: str) -> tuple[int, int]:
    """(bytes, files) in a workspace's trash."""
    statement = select(func.coalesce(func.sum(TrashEntry.size), 0), func.coalesce(func.sum(TrashEntry.file_count), 0))
    size, files = (await session.execute(statement.where(TrashEntry.workspace_id == workspace_id))).one()
    return int(size), int(files)


async def uploads_of(session: Session, workspace_id: str, *, limit: int) -> Sequence[Upload]:
    """What is on its way into a workspace, the newest first."""
    statement = select(Upload).where(Upload.workspace_id == workspace_id)
    return (await session.scalars(statement.order_by(Upload.id.desc()).limit(limit))).all()


async def upload(session: Session, workspace_id: str, upload_id: str) -> Upload | None:
    """One upload into a workspace."""
    statement = select(Upload).where(Upload.workspace_id == workspace_id, Upload.id == upload_id)
    return (await session.scalars(statement)).one_or_none()


async def locked_upload(session: Session, workspace_id: str, upload_id: str) -> Upload | None:
    """The same, held until commit: it is completed once."""
    statement = select(Upload).where(Upload.workspace_id == workspace_id, Upload.id == upload_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def remove_uploads(session: Session, upload_ids: Sequence[str]) -> None:
    """Forget uploads."""
    await session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))


async def old_uploads(session: Session, before: datetime, *, limit: int) -> Sequence[Upload]:
    """Uploads that have not gone on since a moment, of any workspace."""
    return (await session.scalars(select(Upload).where(Upload.updated_at < before).limit(limit))).all()


async def upload_size(session: Session, workspace_id: str) -> tuple[int, int]:
    """(bytes, uploads) that are on their way into a workspace, at their full size."""
    statement = select(func.coalesce(func.sum(Upload.size), 0), func.count())
    size, count = (await session.execute(statement.where(Upload.workspace_id == workspace_id))).one()
    return int(size), int(count)
