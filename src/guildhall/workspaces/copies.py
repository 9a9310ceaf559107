"""Copies of files and folders within a workspace."""

import asyncio

from guildhall.workspaces import arrivals, files
from guildhall.workspaces.errors import file_not_found, into_itself, not_a_file, path_taken, quota_exceeded
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import is_within, writable
from guildhall.workspaces.safe_files import Entry, SafeFiles
from guildhall.workspaces.versions import Author

_NAME = "copy"


async def copy(ground: Ground, workspace_id: str, source: str, target: str, author: Author = files.USER) -> Entry:
    """Copy a file or folder to where nothing is; links and `.git` are left out. Raises `AppError`."""
    source, target = writable(source), writable(target)
    if target != source and is_within(target, source):
        raise into_itself(source)
    place, incoming = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.incoming(workspace_id)))
    async with arrivals.lot(incoming) as name:
        quota = ground.policy().quota_bytes
        async with ground.long_work:
            await asyncio.to_thread(_copy, place, source, incoming, f"{name}/{_NAME}", target, quota)
        await arrivals.settle(ground, workspace_id, name, {_NAME: target}, author)
    return await files.entry_of(ground, workspace_id, target)


def _copy(place: SafeFiles, source: str, incoming: SafeFiles, lot: str, target: str, quota_bytes: int) -> None:
    entry = place.stat(source)
    if entry is None:
        raise file_not_found(source)
    if place.stat(target) is not None:
        raise path_taken(target, target)
    if entry.kind == "file":
        _copy_file(place, source, incoming, lot)
        return
    if entry.kind != "folder":
        raise not_a_file(source)
    if place.measure(source)[0] > quota_bytes:
        raise quota_exceeded(quota_bytes)
    incoming.mkdir(lot)
    for one in place.walk(source, leave_out=frozenset({".git"})):
        inner = lot + one.path[len(source) :]
        if one.kind == "folder" and one.name != ".git":
            incoming.mkdir(inner)
        elif one.kind == "file":
            _copy_file(place, one.path, incoming, inner)


def _copy_file(place: SafeFiles, source: str, incoming: SafeFiles, target: str) -> None:
    with place.open(source) as file, incoming.stage(target) as staged:
        while piece := file.read(files.PART_BYTES):
            staged.write(piece)
        staged.commit()
