"""What can go wrong with workspaces and their files."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guildhall.core.errors import (
    AppError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    TooLargeError,
    UnavailableError,
)


def workspace_not_found() -> NotFoundError:
    """Not there, deleted, or somebody else's."""
    return NotFoundError("workspace_not_found", "There is no such workspace.")


def file_not_found(path: str) -> NotFoundError:
    """Nothing at this path."""
    return NotFoundError("file_not_found", f"There is nothing at {_shown(path)}.", path=_shown(path))


def bad_path(path: str, reason: str) -> BadRequestError:
    """A path that this house does not take."""
    return BadRequestError("bad_path", f"The path {_shown(path)} {reason}.", path=_shown(path))


def leaves(path: str) -> ForbiddenError:
    """A link on the way leads out, or has no end."""
    return ForbiddenError("path_leaves_workspace", f"{_shown(path)} leads out of the workspace.", path=_shown(path))


def not_a_file(path: str) -> ConflictError:
    """A folder, a link, a pipe or a device where a file is needed."""
    return ConflictError("not_a_file", f"{_shown(path)} is not a plain file.", path=_shown(path))


def not_a_folder(path: str) -> ConflictError:
    """Something else where a folder is needed."""
    return ConflictError("not_a_folder", f"{_shown(path)} is not a folder.", path=_shown(path))


def has_links(path: str) -> ForbiddenError:
    """A file with several names may be one that lies outside."""
    return ForbiddenError(
        "file_has_links", f"{_shown(path)} has a second name somewhere, so it is left alone.", path=_shown(path)
    )


def path_taken(path: str, by: str) -> ConflictError:
    """Something is there, or would be mistaken for it on another system."""
    return ConflictError("path_taken", f"{_shown(by)} is there already.", path=_shown(path), taken_by=_shown(by))


def into_itself(path: str) -> BadRequestError:
    """A folder can't go into itself."""
    return BadRequestError("into_itself", f"{_shown(path)} cannot go into itself.", path=_shown(path))


def git_is_gits(path: str) -> ForbiddenError:
    """What git runs by itself must not be written from here."""
    return ForbiddenError("git_folder", "What is in a .git folder is changed by git alone.", path=_shown(path))


def changed_meanwhile(path: str, etag: str | None) -> PreconditionFailedError:
    """Somebody wrote first; `etag` is what is there now, None for nothing."""
    return PreconditionFailedError(
        "file_changed", f"{_shown(path)} has changed since you read it.", path=_shown(path), etag=etag
    )


def file_too_large(limit_bytes: int) -> TooLargeError:
    """More than an editor or an upload may carry."""
    return TooLargeError("file_too_large", "The file is too large.", limit_bytes=limit_bytes)


def quota_exceeded(limit_bytes: int) -> TooLargeError:
    """The workspace would hold more than it may."""
    return TooLargeError("workspace_full", "The workspace would hold more than it may.", limit_bytes=limit_bytes)


def too_many(code: str, message: str, limit: int) -> ConflictError:
    """One more than there may be."""
    return ConflictError(code, message, limit=limit)


def _shown(path: str) -> str:
    """A path as an answer may hold it: any text, and not without end."""
    clean = path.encode("utf-8", "replace").decode().replace("\x00", "�")
    return clean[:200] if clean else "/"


@contextmanager
def in_words(path: str) -> Iterator[None]:
    """Turn what the operating system says about `path` into words."""
    try:
        yield
    except OSError as error:
        raise _worded(path, error) from error


def _worded(path: str, error: OSError) -> AppError:
    number = error.errno or 0
    if number in _UNAVAILABLE:
        return UnavailableError(*_UNAVAILABLE[number])
    if number in {errno.EACCES, errno.EPERM}:
        return ForbiddenError("file_locked", f"{_shown(path)} may not be touched.", path=_shown(path))
    if number in {errno.EEXIST, errno.ENOTEMPTY}:
        return path_taken(path, path)
    if number in {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}:
        return bad_path(path, "is not one that the disk takes")
    if number in _MISTAKES:
        return _MISTAKES[number](path)
    return UnavailableError("disk_failed", "The disk that holds the workspaces does not answer as it should.")


_FULL = ("disk_full", "The disk that holds the workspaces is full.")
_BUSY = ("files_busy", "Too many files are open; try again in a moment.")
_UNAVAILABLE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EMFILE: _BUSY,
    errno.ENFILE: _BUSY,
    errno.EROFS: ("disk_read_only", "The disk that holds the workspaces cannot be written to."),
}
_MISTAKES: dict[int, Callable[[str], AppError]] = {
    errno.ENOENT: file_not_found,
    errno.EXDEV: leaves,
    errno.ELOOP: leaves,
    errno.EAGAIN: leaves,
    errno.ENOTDIR: not_a_folder,
    errno.EISDIR: not_a_file,
    errno.ENXIO: not_a_file,
    errno.ENODEV: not_a_file,
}
