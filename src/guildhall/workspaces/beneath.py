"""Opening what lies beneath a folder, and nothing else: by Linux's `openat2`, or name by name where there is none."""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

# (descriptor of the root, names on the way, flags, mode, whether links within are followed) -> descriptor
Opener = Callable[[int, Sequence[str], int, int, bool], int]

_OPENAT2 = 437  # the same on every architecture that has it
_NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 0x02, 0x04, 0x08
_TRIES = 16  # the kernel asks for another when something was moved meanwhile
_RENAME_NOREPLACE = 1
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def by_kernel(root: int, parts: Sequence[str], flags: int, mode: int, follow: bool) -> int:
    """One `openat2`: the kernel itself refuses what leads out. Raises `OSError`."""
    resolve = _BENEATH | _NO_MAGICLINKS | (0 if follow else _NO_SYMLINKS)
    how = _OpenHow(flags | os.O_CLOEXEC, mode, resolve)
    path = os.fsencode("/".join(parts) or ".")
    for _ in range(_TRIES):
        found = int(_libc().syscall(_OPENAT2, root, path, ctypes.byref(how), ctypes.sizeof(how)))
        if found >= 0:
            return found
        number = ctypes.get_errno()
        if number not in {errno.EAGAIN, errno.EINTR}:
            break
    raise OSError(number, os.strerror(number))


def by_names(root: int, parts: Sequence[str], flags: int, mode: int, _follow: bool) -> int:
    """Folder after folder, each refused if it is a link: also those within. Raises `OSError`."""
    here = os.dup(root)
    try:
        for part in parts[:-1]:
            further = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = further
        last = parts[-1] if parts else "."
        return os.open(last, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=here)
    finally:
        os.close(here)


@cache
def best() -> Opener:
    """What this machine can do; a sandbox may forbid what its kernel has."""
    if not sys.platform.startswith("linux"):
        return by_names
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.close(by_kernel(root, (), os.O_RDONLY | os.O_DIRECTORY, 0, True))
    except OSError:
        return by_names
    finally:
        os.close(root)
    return by_kernel


def rename_new(source: str, target: str, *, source_fd: int, target_fd: int) -> None:
    """Rename what is in one folder into another, never over something. Raises `OSError` (`EEXIST`)."""
    number = _RENAMEAT2.get(platform.machine()) if sys.platform.startswith("linux") else None
    if number is not None:
        names = (source_fd, os.fsencode(source), target_fd, os.fsencode(target))
        if _libc().syscall(number, *names, _RENAME_NOREPLACE) == 0:
            return
        failed = ctypes.get_errno()
        if failed not in {errno.ENOSYS, errno.EINVAL, errno.EPERM}:
            raise OSError(failed, os.strerror(failed))
    try:
        os.stat(target, dir_fd=target_fd, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(source, target, src_dir_fd=source_fd, dst_dir_fd=target_fd)
        return
    raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))


def sync_disk(folder: Path) -> None:
    """Have everything on the disk that holds `folder`: once for many files, where each for itself would take long."""
    if not sys.platform.startswith("linux"):
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _libc().syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
