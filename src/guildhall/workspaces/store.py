"""The store of a workspace: what its files were, each content once, compressed, under its etag. All of it blocks."""

import os
import re
import secrets
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from guildhall.workspaces.beneath import sync_disk

_ETAG = re.compile(r"[0-9a-f]{64}")


class Store:
    """Contents below `root`, by etag."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, etag: str, content: bytes) -> None:
        """Have `content` under its etag, on the disk when this returns. Raises `OSError`."""
        if self._put(etag, content):
            for place in (self._place(etag), self._place(etag).parent):
                _sync(place)

    def put(self, etag: str, content: bytes) -> None:
        """The same for one of many, of which a `sync` that follows has all on the disk. Raises `OSError`."""
        self._put(etag, content)

    def sync(self) -> None:
        """Have everything that was `put` on the disk. Raises `OSError`."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_disk(self._root)

    def _put(self, etag: str, content: bytes) -> bool:
        """Write a content, unless it is there: then it is only marked as wanted; whether it was written."""
        place = self._place(etag)
        with suppress(FileNotFoundError):
            os.utime(place)
            return False
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(zlib.compress(content, 1))
        os.replace(part, place)
        return True

    def read(self, etag: str) -> bytes | None:
        """The content of an etag; None when it is not there, or damaged."""
        try:
            return zlib.decompress(self._place(etag).read_bytes())
        except (FileNotFoundError, zlib.error):
            return None

    def etags(self, older_than: float) -> Iterator[str]:
        """What nobody has asked for since that moment (seconds since 1970)."""
        for place in self._root.glob("*/*"):
            with suppress(FileNotFoundError):
                if place.stat().st_mtime < older_than:
                    if _ETAG.fullmatch(place.name):
                        yield place.name
                    else:  # half-written when a process died
                        place.unlink()

    def drop(self, etag: str) -> None:
        """Forget a content."""
        self._place(etag).unlink(missing_ok=True)

    def _place(self, etag: str) -> Path:
        assert _ETAG.fullmatch(etag)  # noqa: S101 - etags come from rows of ours
        return self._root / etag[:2] / etag


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
