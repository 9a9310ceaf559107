"""The store of attachments: each content once, in the folder of its owner, under its id. All of it blocks."""

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class AttachmentStore:
    """Contents below `root`. Ids of owners and attachments come from rows of ours."""

    root: Path

    def begin(self, owner: str) -> tuple[Path, BinaryIO]:
        """A new part of the owner's, which becomes an attachment by `keep`. Raises `OSError`."""
        folder = self.root / owner
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{secrets.token_hex(8)}"
        return part, os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b")

    def keep(self, part: Path, owner: str, attachment_id: str) -> None:
        """Have a part take its place, on the disk when this returns. Raises `OSError`."""
        place = self.place(owner, attachment_id)
        os.replace(part, place)
        descriptor = os.open(place.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def place(self, owner: str, attachment_id: str) -> Path:
        """Where the content of an attachment lies."""
        return self.root / owner / attachment_id

    def share(self, owner: str, attachment_id: str, other_id: str) -> None:
        """Have one content be that of another attachment too; harmless when it is gone."""
        place = self.place(owner, attachment_id)
        with suppress(FileNotFoundError):
            os.utime(place)  # so that it does not look like one that was left behind
            os.link(place, self.place(owner, other_id))

    def read(self, owner: str, attachment_id: str) -> bytes | None:
        """A whole content; None when it is gone."""
        try:
            return self.place(owner, attachment_id).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, owner: str, attachment_ids: Iterable[str]) -> None:
        """Forget contents."""
        for attachment_id in attachment_ids:
            self.place(owner, attachment_id).unlink(missing_ok=True)

    def drop_owner(self, owner: str) -> None:
        """Forget everything of an owner's."""
        shutil.rmtree(self.root / owner, ignore_errors=True)

    def owners(self) -> Sequence[str]:
        """Who has a folder."""
        return [place.name for place in self.root.iterdir() if place.is_dir()] if self.root.is_dir() else []

    def settled(self, owner: str, seconds: float) -> Sequence[str]:
        """What lies in an owner's folder and was not touched for so long: younger ones may be on their way in."""
        before = time.time() - seconds
        with suppress(FileNotFoundError):
            entries = os.scandir(self.root / owner)
            return [entry.name for entry in entries if entry.stat(follow_symlinks=False).st_mtime < before]
        return []
