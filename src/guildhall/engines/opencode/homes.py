"""Homes: where an opencode process keeps its own files, beside those of its workspace, and who may use them."""

import fcntl
import json
import os
import shutil
from pathlib import Path

from guildhall.core.errors import UnavailableError
from guildhall.engines.opencode.tunnel import FOLDER


def hold(home: Path) -> int:
    """Keep other servers and workers on this folder from using a home; gives a descriptor to close.

    Raises `UnavailableError` while one does.
    """
    held = os.open(home.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise UnavailableError(
            "engines_busy", "Another server or worker runs opencode in this workspace; try again in ten minutes."
        ) from None
    return held


def beside(root: Path) -> tuple[Path, Path]:
    """The folder of files and the home beside it, which goes with the workspace."""
    root = root.resolve()
    return root, root.parent / "opencode"


def put(home: Path, files: dict[str, tuple[str, int]]) -> None:
    """Put files, with their modes, into a home, in place of what lies in their folder there.

    Commands of earlier processes could write there, links too; now that none runs, nothing of theirs is followed.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = home / FOLDER
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    for name, (content, mode) in files.items():
        descriptor = os.open(home / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "w") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)


def remembered(memory: Path) -> dict[str, tuple[str, str]]:
    """What was kept; nothing where that can't be read."""
    try:
        found = json.loads(memory.read_text())
        return {str(session): (str(known), str(mark)) for session, (known, mark) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
