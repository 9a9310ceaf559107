"""Folders: where a command begins and where it says that it ended; never outside of its root."""

from pathlib import Path

from guildhall.core.errors import BadRequestError
from guildhall.workspaces.shell import BEGUN


def existing(root: Path, folder: str) -> str:
    """The real folder below `root` that is meant, relative to it ("" for itself). Raises `BadRequestError`."""
    try:
        found = (root / folder).resolve(strict=True)
        if found.is_dir() and found.is_relative_to(root):
            return _relative(root, found)
    except (OSError, ValueError, RuntimeError):  # missing, not to be read, a NUL, a loop of links
        pass
    raise BadRequestError("folder_not_found", f"There is no folder {folder[:200]!r} to run in.", param="folder")


def reported(root: Path, seen: str, report: str, before: str) -> str:
    """The folder that a command reported, seen by it below `seen`; `before` where its word can't be taken.

    Whatever ran in the sandbox may have written the report.
    """
    place = report.partition(f"{BEGUN}\n")[2].removesuffix("\n")
    if place != seen and not place.startswith(f"{seen}/"):
        return before
    try:
        found = root / place[len(seen) + 1 :]
        is_real = found.is_dir() and found.resolve(strict=True) == found
    except (OSError, ValueError, RuntimeError):
        return before
    return _relative(root, found) if is_real and found.is_relative_to(root) else before


def _relative(root: Path, found: Path) -> str:
    return "" if found == root else str(found.relative_to(root))
