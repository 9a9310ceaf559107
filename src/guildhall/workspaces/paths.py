"""Paths: which relative paths there may be in a workspace, and which names may be given to something new.

What tools made may have any name that the disk takes, so that people can see, read and delete it. What is made through
the hall has a name that reads the same on every system and to every eye.
"""

import unicodedata
from collections.abc import Iterable

from guildhall.workspaces.errors import bad_path, git_is_gits

MAX_PATH_BYTES = 1024
MAX_NAME_BYTES = 255
MAX_DEPTH = 64
PART_ENDING = ".guildhall-part"  # of a file that is being written
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
# Marks that turn the direction of writing, break lines or show nothing at all: two names could look the same.
_DECEIVING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF}


def parts_of(path: str) -> tuple[str, ...]:
    """The names on the way to `path`; none for the workspace itself. Raises `BadRequestError` (`bad_path`)."""
    if "\x00" in path:
        raise bad_path(path, "has a NUL character")
    if path.startswith("/"):
        raise bad_path(path, "is not relative")
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        raise bad_path(path, "is not text") from None
    if size > MAX_PATH_BYTES:
        raise bad_path(path, f"is longer than {MAX_PATH_BYTES} bytes")
    parts = tuple(part for part in path.split("/") if part)
    if len(parts) > MAX_DEPTH:
        raise bad_path(path, f"is deeper than {MAX_DEPTH} folders")
    for part in parts:
        if part in {".", ".."}:
            raise bad_path(path, "has a . or .. in it")
        if len(part.encode()) > MAX_NAME_BYTES:
            raise bad_path(path, f"has a name of more than {MAX_NAME_BYTES} bytes")
        if part.endswith(PART_ENDING):
            raise bad_path(path, "names a file that is being written")
    return parts


def clean(path: str) -> str:
    """`path` without doubled or closing slashes. Raises `BadRequestError`."""
    return "/".join(parts_of(path))


def writable(path: str) -> str:
    """`path` where something may be written: not the workspace itself, nor in a `.git` folder. Raises `AppError`."""
    parts = parts_of(path)
    if not parts:
        raise bad_path(path, "names nothing")
    if is_gits(parts):
        raise git_is_gits(path)
    return "/".join(parts)


def require_new_name(path: str, name: str) -> None:
    """Raises `BadRequestError` unless something new, at `path`, may be called `name`."""
    if unicodedata.normalize("NFC", name) != name:
        raise bad_path(path, "is not in Unicode's composed form (NFC)")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} or ord(letter) in _DECEIVING for letter in name):
        raise bad_path(path, "has letters that cannot be seen")
    if "\\" in name:
        raise bad_path(path, "has a backslash")
    if name != name.strip() or name.endswith("."):
        raise bad_path(path, "begins or ends with a space, or ends with a dot")
    if name.split(".", 1)[0].strip().casefold() in _DEVICES:
        raise bad_path(path, "is the name of a device on some systems")


def is_gits(parts: tuple[str, ...]) -> bool:
    """Whether something on the way is a `.git`, however written."""
    return any(alike(part) in {".git", "git~1"} for part in parts)


def alike(name: str) -> str:
    """The same for names that a disk which ignores case or Unicode's forms would take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def parent_of(path: str) -> str:
    """The folder that holds `path`; empty for the workspace itself."""
    return path.rpartition("/")[0]


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it."""
    return not folder or path == folder or path.startswith(folder + "/")


def outermost(paths: Iterable[str]) -> list[str]:
    """Clean paths without those that lie in others, each folder before its neighbours."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda one: one.split("/")):
        if not kept or not is_within(path, kept[-1]):
            kept.append(path)
    return kept
