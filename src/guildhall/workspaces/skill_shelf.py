"""The skill shelf: what the sheets of skills say, kept for as long as their files stay what they are."""

import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from guildhall.workspaces import skill_sheets
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.skill_sheets import MOST_BYTES, Reason, Sheet, SheetError

_MOST_BYTES = 8 * 1024 * 1024  # of all sheets
_APIECE_BYTES = 1024  # what one costs beside its text
_SETTLED_NS = 1_000_000_000  # file systems' clocks tick slowly: two changes within a tick look like one

Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shelved:
    """What came of reading a sheet: what it says, or why that can't be told."""

    said: Sheet | Reason
    etag: str
    bytes: int


class SkillShelf:
    """Sheets of all workspaces of one process, by where they lie; the least lately asked for go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Stamp, Shelved]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()  # looks are taken in threads

    def read(self, files: SafeFiles, path: str) -> tuple[Sheet, str]:
        """The sheet at `path` and its etag; blocks. Raises `SheetError`, and `AppError` where there is no such file."""
        place = str(files.root / path)
        with files.open(path) as file:
            stamp = _stamp(os.fstat(file.fileno()))
        found = self._get(place, stamp)
        if found is None:
            found = _read(files, path)
            if time.time_ns() - max(stamp[:2]) > _SETTLED_NS:
                self._keep(place, stamp, found)
        if not isinstance(found.said, Sheet):
            raise SheetError(found.said)
        return found.said, found.etag

    def _get(self, place: str, stamp: Stamp) -> Shelved | None:
        with self._lock:
            known, shelved = self._kept.get(place, (None, None))
            if known != stamp:
                return None
            self._kept.move_to_end(place)
            return shelved

    def _keep(self, place: str, stamp: Stamp, shelved: Shelved) -> None:
        with self._lock:
            before = self._kept.pop(place, None)
            self._bytes -= before[1].bytes if before else 0
            self._kept[place] = (stamp, shelved)
            self._bytes += shelved.bytes
            while self._bytes > _MOST_BYTES:
                self._bytes -= self._kept.popitem(last=False)[1][1].bytes


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _read(files: SafeFiles, path: str) -> Shelved:
    """The file may be newer than its stamp was: then the stamp fits it no more when it is asked for again."""
    found = files.read(path, MOST_BYTES)
    try:
        sheet = skill_sheets.read(found.content, path.split("/")[-2])
    except SheetError as error:
        return Shelved(error.reason, found.etag, _APIECE_BYTES)
    return Shelved(sheet, found.etag, len(found.content) + _APIECE_BYTES)
