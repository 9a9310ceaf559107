"""The ground: where workspaces lie on disk, and what may be kept in them."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from guildhall.core.db import Database
from guildhall.workspaces.errors import in_words
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.skill_shelf import SkillShelf
from guildhall.workspaces.store import Store

_SEARCHES, _LONG_WORK = 4, 2


@dataclass(frozen=True)
class Ground:
    """One folder for each workspace below `folder`: its files, its trash, its uploads and its store of versions.

    Its ids come from rows. Whoever asks for a part of it has it made, readable by its owner alone; that blocks.
    """

    db: Database
    folder: Path
    policy: Callable[[], WorkspacePolicy]
    searches: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_SEARCHES))
    """How many may search at once: each is a process."""
    long_work: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_LONG_WORK))
    """How many threads may copy, unpack or look through a workspace: others do short things in the rest."""
    shelf: SkillShelf = field(default_factory=SkillShelf)
    """What the sheets of its skills say."""

    def files(self, workspace_id: str) -> SafeFiles:
        """What people and agents see."""
        return SafeFiles(self._made(workspace_id, "files"))

    def trash(self, workspace_id: str) -> SafeFiles:
        """What was deleted, each under the id of its entry."""
        return SafeFiles(self._made(workspace_id, "trash"))

    def uploads(self, workspace_id: str) -> Path:
        """What is on its way in, each under the id of its upload."""
        return self._made(workspace_id, "uploads")

    def incoming(self, workspace_id: str) -> SafeFiles:
        """What is copied or unpacked, each lot in a folder of its own, until it is whole."""
        return SafeFiles(self._made(workspace_id, "incoming"), strict=False)

    def store(self, workspace_id: str) -> Store:
        """The contents of versions."""
        return Store(self._made(workspace_id, "versions"))

    def remove(self, workspace_id: str) -> None:
        """All of it, for good."""
        shutil.rmtree(self.folder / workspace_id, ignore_errors=True)

    def ids(self) -> list[str]:
        """The workspaces that have a folder."""
        return [place.name for place in self.folder.iterdir() if place.is_dir()] if self.folder.is_dir() else []

    def _made(self, workspace_id: str, part: str) -> Path:
        place = self.folder / workspace_id / part
        if not place.is_dir():
            with in_words(""):
                for folder in (self.folder, place.parent, place):
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place
