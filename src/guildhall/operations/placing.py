"""Putting prepared files into a folder all at once: either every one is in its place, or everything is as it was."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class Placing:
    """Files prepared in a hidden folder beside their places."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.prepared = Path(tempfile.mkdtemp(dir=folder, prefix=".restoring-"))
        self._aside = Path(tempfile.mkdtemp(dir=folder, prefix=".replaced-"))
        self._undo: list[tuple[Path, Path]] = []

    def clear(self, places: list[Path]) -> None:
        """Move what is at `places` aside."""
        for number, place in enumerate(places):
            if place.exists() or place.is_symlink():
                self._move(place, self._aside / f"{number}-{place.name}")

    def put(self, source: Path, place: Path) -> None:
        """Move a prepared file or folder to its place."""
        self._move(source, place)

    def undo(self) -> None:
        """Everything back to where it was."""
        while self._undo:
            source, place = self._undo.pop()
            self._rename(place, source)

    def close(self) -> None:
        """Forget what was prepared and what was set aside."""
        for folder in (self.prepared, self._aside):
            shutil.rmtree(folder, ignore_errors=True)

    def _move(self, source: Path, place: Path) -> None:
        self._rename(source, place)
        self._undo.append((source, place))

    def _rename(self, source: Path, place: Path) -> None:
        with suppress(FileExistsError):
            place.parent.mkdir(parents=True)
        try:
            os.rename(source, place)
        except OSError:  # another disk
            shutil.move(source, place)
