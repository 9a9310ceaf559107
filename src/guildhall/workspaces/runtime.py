"""The workspaces of one process: what agents use of them, and the jobs that look after them.

An agent's tool reads and writes through `Workspaces`, or works on the files below `root` itself and then calls
`changed`. Call `snapshot` before a turn's first tool, so that what was there before can come back, and `undo` to give a
turn's changes back. Whose workspace it is has been asked before (`workspaces.find`): ids are trusted here.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from guildhall.accounts.users import Farewell
from guildhall.core.db import Database, Session
from guildhall.core.jobs import Job, JobContext, Jobs, Queue, Schedule
from guildhall.workspaces import files, queries, scans, skills, streams, tidying, workspaces
from guildhall.workspaces import undo as undoing
from guildhall.workspaces.files import Written
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.safe_files import Content, SafeFiles
from guildhall.workspaces.skills import Found
from guildhall.workspaces.streams import By
from guildhall.workspaces.undo import Undone
from guildhall.workspaces.versions import Author

_QUEUE = Queue("workspaces", concurrency=2, poll_seconds=5.0)
_TIDY = "workspaces.tidy"


class Workspaces:
    """Files of workspaces, for agents; blocking work is done in threads."""

    def __init__(self, db: Database, folder: Path, policy: Callable[[], WorkspacePolicy]) -> None:
        self.ground = Ground(db, folder, policy)

    async def root(self, workspace_id: str) -> Path:
        """The folder on disk in which tools work."""
        return (await self.files(workspace_id)).root

    async def files(self, workspace_id: str) -> SafeFiles:
        """The files, for reading, listing and walking; its methods block."""
        return await asyncio.to_thread(self.ground.files, workspace_id)

    async def find_skills(self, workspace_id: str) -> Found:
        """What agents are offered in it, and what not."""
        return await asyncio.to_thread(lambda: skills.find(self.ground.files(workspace_id), self.ground.shelf))

    async def read(self, workspace_id: str, path: str) -> Content:
        """A file with its etag. Raises `AppError`."""
        return await files.read(self.ground, workspace_id, path)

    async def write(
        self,
        workspace_id: str,
        path: str,
        content: bytes,
        *,
        by: By = "agent",
        turn_id: str | None = None,
        expected: str | None = None,
    ) -> Written:
        """Write a file; `expected` is the etag that must be there, `""` for nothing, None for anything.

        Raises `AppError`: `file_changed` (412) with the present etag when something else is there.
        """
        return await files.write(self.ground, workspace_id, path, content, Author(by, turn_id), expected=expected)

    async def snapshot(self, workspace_id: str) -> list[str]:
        """Note what is there before a turn works on it; gives the paths that others had changed unnoticed."""
        return await scans.look(self.ground, workspace_id, Author("outside"))

    async def changed(
        self, workspace_id: str, *, by: By = "agent", turn_id: str | None = None, under: str = ""
    ) -> list[str]:
        """Find what tools changed at or below `under`, keep it as versions, tell every reader; gives the paths."""
        return await scans.look(self.ground, workspace_id, Author(by, turn_id), under)

    async def undo(self, workspace_id: str, turn_id: str) -> Undone:
        """Give back what a turn changed, where nothing has changed since; conflicts are named."""
        return await undoing.undo(self.ground, workspace_id, turn_id)

    async def redo(self, workspace_id: str, turn_id: str) -> Undone:
        """Bring on again what was given back of a turn, where nothing has changed since; conflicts are named."""
        return await undoing.redo(self.ground, workspace_id, turn_id)

    @property
    def jobs(self) -> list[Job]:
        """The kinds of job that workspaces bring."""
        return [Job(workspaces.PURGE, self._purge, _QUEUE, is_told=False), Job(_TIDY, self._tidy, _QUEUE)]

    @property
    def schedules(self) -> list[Schedule]:
        """What runs by the clock."""
        return [Schedule(_TIDY, _TIDY, "20 4 * * *")]

    def farewell(self, jobs: Callable[[], Jobs]) -> Farewell:
        """What is done before an account goes: events are forgotten at once, files by a job that follows."""

        async def say(session: Session, user_id: str) -> None:
            for workspace_id in await queries.workspace_ids(session, user_id):
                await streams.forget(session, workspace_id)
                await jobs().enqueue(session, workspaces.PURGE, workspace_id, "")

        return say

    async def _purge(self, _context: JobContext, workspace_id: str, deleted_at: str) -> None:
        """Forget a deleted workspace, unless it was brought back; again is harmless."""
        async with self.ground.db.write() as session:
            is_nobodys = await workspaces.purge(session, workspace_id, deleted_at)
        if is_nobodys:
            await asyncio.to_thread(self.ground.remove, workspace_id)

    async def _tidy(self, context: JobContext) -> None:
        await tidying.tidy(self.ground, context)
