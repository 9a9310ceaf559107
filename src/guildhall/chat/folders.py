"""Folders: what sessions are put into, in an order of their owner's."""

from guildhall.accounts.streams import user_stream
from guildhall.chat import folder_queries
from guildhall.chat.errors import folder_exists, folder_not_found, too_many_folders
from guildhall.chat.folder_schemas import SessionFolderChange
from guildhall.chat.tables import FolderRow
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.ids import new_id
from guildhall.workspaces.paths import alike

MOST = 100
CHANGED = "folders.changed"


async def create(session: Session, owner: str, name: str) -> FolderRow:
    """Make a folder behind the others. Raises `folder_exists`, `too_many_folders`."""
    others = await folder_queries.locked_folders_of(session, owner)
    if len(others) >= MOST:
        raise too_many_folders(MOST)
    moment = now()
    position = others[-1].position + 1 if others else 0
    row = FolderRow(
        id=new_id("fo"),
        user_id=owner,
        name=name,
        folded=alike(name),
        position=position,
        created_at=moment,
        updated_at=moment,
    )
    try:
        await folder_queries.add(session, row)
    except Conflict:
        raise folder_exists(name) from None
    await _publish(session, owner, None)
    return row


async def find(session: Session, owner: str, folder_id: str) -> FolderRow:
    """The owner's folder. Raises `folder_not_found`."""
    row = await folder_queries.folder_of(session, owner, folder_id)
    if row is None:
        raise folder_not_found()
    return row


async def hold(session: Session, owner: str, folder_id: str) -> FolderRow:
    """The same, there until commit. Raises `folder_not_found`."""
    row = await folder_queries.locked_folder_of(session, owner, folder_id)
    if row is None:
        raise folder_not_found()
    return row


async def change(session: Session, owner: str, folder_id: str, wanted: SessionFolderChange) -> FolderRow:
    """Call a folder something else, or put it in another place. Raises `folder_not_found`, `folder_exists`."""
    rows = list(await folder_queries.locked_folders_of(session, owner))
    row = next((one for one in rows if one.id == folder_id), None)
    if row is None:
        raise folder_not_found()
    if wanted.name is not None:
        row.name, row.folded = wanted.name, alike(wanted.name)
        try:
            await session.flush()
        except Conflict:
            raise folder_exists(wanted.name) from None
    if wanted.position is not None:
        rows.remove(row)
        rows.insert(wanted.position, row)
        for position, one in enumerate(rows):
            one.position = position
    row.updated_at = now()
    await _publish(session, owner, None)
    return row


async def delete(session: Session, owner: str, folder_id: str) -> None:
    """Forget a folder; its sessions stay, in no folder. Raises `folder_not_found`."""
    row = await hold(session, owner, folder_id)
    await folder_queries.remove(session, row.id)
    await _publish(session, owner, row.id)


async def _publish(session: Session, owner: str, removed: str | None) -> None:
    """Tell every tab to read the folders again, and the lists of sessions too where one is gone."""
    await events.publish(session, user_stream(owner), CHANGED, {"removed": removed})
