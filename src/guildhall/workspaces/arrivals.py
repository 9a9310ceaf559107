"""Arrivals: what was copied or unpacked takes its place, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.workspaces import files, scans, streams, workspaces
from guildhall.workspaces.errors import path_taken
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.versions import Author


@asynccontextmanager
async def lot(incoming: SafeFiles) -> AsyncIterator[str]:
    """A new folder for what is to arrive; what is left of it is removed when the block ends."""
    name = new_id("in")
    await asyncio.to_thread(incoming.mkdir, name)
    try:
        yield name
    finally:
        with suppress(AppError):
            await asyncio.shield(asyncio.to_thread(incoming.remove, name))


async def settle(ground: Ground, workspace_id: str, name: str, targets: dict[str, str], author: Author) -> None:
    """Move what is in the lot `name` to its `targets`, by its names there; none may be taken. Raises `AppError`."""
    place, incoming = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.incoming(workspace_id)))
    size, count = await asyncio.to_thread(incoming.measure, name)
    async with ground.db.write() as session:
        row = await workspaces.hold(session, workspace_id)
        await files.require_space(session, ground.policy(), row, size)
        await asyncio.to_thread(_move, incoming, name, place, targets)
        files.count(row, size, count)
        await streams.publish_files(session, workspace_id, list(targets.values()), author.by, author.turn_id)
    for target in targets.values():
        await scans.look(ground, workspace_id, author, target)


def _move(incoming: SafeFiles, name: str, place: SafeFiles, targets: dict[str, str]) -> None:
    for target in targets.values():
        if place.stat(target) is not None:
            raise path_taken(target, target)
    for inner, target in targets.items():
        incoming.hand_over(f"{name}/{inner}", place, target)
