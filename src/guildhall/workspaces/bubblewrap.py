"""Bubblewrap: how a command sees the machine. What is not named here is not there."""

import contextlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

WORKSPACE = "/workspace"
_HOMES = "/home"
HOME = f"{_HOMES}/agent"
TRIAL = "sandbox-trial"  # the folder, in the server's data, in which it is tried out
SEARCHED = f"{HOME}/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# `namespace`: the server's own user, in a user namespace. `another_user`: the server is root, so the command gets a
# user of its own; as root it could not be held to a number of processes.
Kind = Literal["namespace", "another_user"]

_USERS_FROM, _USERS = 20_000, 40_000
_MEMORY_FILES_BYTES = 512 * 2**20  # what /tmp and /dev/shm may each hold
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_BEGUN_PROCESS = re.compile(rb'\{\s*"child-pid": (\d+)[^}]*\}\s*')
_ETC = (
    "alternatives",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "fonts",
    "gai.conf",
    "java-11-openjdk",
    "java-17-openjdk",
    "java-21-openjdk",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "magic",
    "mime.types",
    "nsswitch.conf",
    "pki",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "timezone",
)
_ETC_OF_NETWORK = ("hosts", "resolv.conf", "host.conf")


@dataclass(frozen=True)
class Profile:
    """One way to run bubblewrap.

    `hidden` (the data folder) is never seen, whatever folder holds it; `readable` are more folders to read.
    """

    program: str
    kind: Kind
    hidden: Path
    readable: tuple[Path, ...] = ()

    def prepare(self, root: Path, home: Path) -> None:
        """Make both folders the command's own where it runs as another user; blocks, walks all of them."""
        if self.kind == "another_user":
            user = _user_of(root)
            for folder in (root, home):
                _give(folder, user)

    @contextmanager
    def arguments(
        self, root: Path, home: Path, *, is_networked: bool, shell: Sequence[str], report: int | None = None
    ) -> Iterator[tuple[list[str], tuple[int, ...]]]:
        """What to execute, and which descriptors it needs; they are open inside the block only.

        On `report` bubblewrap says which process it began (`begun_process` reads that), before that does anything.
        Options go through a pipe, so that neither the command nor other users see them in the list of processes.
        """
        user, group = (os.getuid(), os.getgid()) if self.kind == "namespace" else (_user_of(root),) * 2
        with contextlib.ExitStack() as stack:
            names = f"root:x:0:0::/root:/bin/false\nagent:x:{user}:{group}::{HOME}:/bin/bash\n"
            users = _piped(stack, names.encode())
            groups = _piped(stack, f"root:x:0:\nagent:x:{group}:\n".encode())
            options = [
                *self._apart(is_networked=is_networked),
                *self._system(is_networked=is_networked),
                *_files((users, "/etc/passwd"), (groups, "/etc/group")),
                *self._more(),
                *self._own(root, home),
                *(() if report is None else ("--info-fd", str(report))),
            ]
            given = _piped(stack, b"".join(option.encode() + b"\0" for option in options))
            yield [self.program, "--args", str(given), "--", *self._changing(user), *shell], (users, groups, given)

    def _apart(self, *, is_networked: bool) -> list[str]:
        options = ["--die-with-parent", "--new-session", "--unshare-ipc", "--unshare-pid", "--unshare-uts"]
        options += ["--unshare-cgroup-try", "--hostname", "sandbox", "--clearenv"]
        options += [] if is_networked else ["--unshare-net"]
        if self.kind == "namespace":
            return [*options, "--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
        kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")  # `setpriv` gives these up
        return [*options, "--cap-drop", "ALL", *(word for name in kept for word in ("--cap-add", name))]

    def _system(self, *, is_networked: bool) -> Iterator[str]:
        """Programs and what they need, to read only."""
        yield from ("--ro-bind", "/usr", "/usr")
        for name in _SYSTEM:
            place = Path("/", name)
            if place.is_symlink():
                yield from ("--symlink", os.readlink(place), str(place))
            elif place.is_dir():
                yield from ("--ro-bind", str(place), str(place))
        for folder in ("/etc", "/etc/ssl", _HOMES, "/run", "/var"):
            yield from ("--perms", "0755", "--dir", folder)
        for name in (*_ETC, *(_ETC_OF_NETWORK if is_networked else ())):
            place = Path("/etc", name)
            if place.exists():
                yield from ("--ro-bind-try", str(place.resolve()), str(place))
        yield from ("--proc", "/proc", "--dev", "/dev")
        for folder in ("/dev/shm", "/tmp"):  # noqa: S108 - memory of the command's own
            yield from ("--perms", "1777", "--size", str(_MEMORY_FILES_BYTES), "--tmpfs", folder)
        yield from ("--symlink", "/tmp", "/var/tmp")  # noqa: S108

    def _more(self) -> Iterator[str]:
        """More folders to read, without the data folder where it lies in one of them."""
        folders = [place for place in (Path("/nix/store"), *self.readable) if place.exists()]
        for place in folders:
            for parent in reversed(place.parents):
                yield from ("--perms", "0755", "--dir", str(parent))
            yield from ("--ro-bind", str(place.resolve()), str(place))
        for place in (Path("/usr"), *folders):
            if self.hidden.is_relative_to(real := place.resolve()):
                seen = place / self.hidden.relative_to(real)
                yield from ("--tmpfs", str(seen), "--remount-ro", str(seen))

    def _own(self, root: Path, home: Path) -> Iterator[str]:
        """What the command may write, apart from memory that is gone afterwards: its workspace and its home."""
        yield from ("--bind", str(root), WORKSPACE, "--bind", str(home), HOME)
        yield from ("--remount-ro", "/dev", "--remount-ro", "/")
        given = {"HOME": HOME, "USER": "agent", "LOGNAME": "agent", "PATH": SEARCHED, "TERM": "dumb", "LANG": "C.UTF-8"}
        for name, value in given.items():
            yield from ("--setenv", name, value)
        yield from ("--chdir", "/")  # the script goes on from there, as the command's own user

    def _changing(self, user: int) -> list[str]:
        if self.kind == "namespace":
            return []
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
        return [*words, "--inh-caps=-all", "--bounding-set=-all", "--"]


def begun_process(report: bytes | bytearray) -> int | None:
    """The process from which all of a sandbox descend, from what was reported so far.

    Its end is theirs. `--die-with-parent` alone misses the end of bubblewrap while the sandbox is being made (issue 633
    of its project).
    """
    found = _BEGUN_PROCESS.match(report)
    return None if found is None else int(found[1])


def complaint(report: bytes) -> bytes:
    """What else it wrote there."""
    return _BEGUN_PROCESS.sub(b"", report, count=1)


def _files(*given: tuple[int, str]) -> Iterator[str]:
    for descriptor, place in given:
        yield from ("--perms", "0644", "--file", str(descriptor), place)


def _piped(stack: contextlib.ExitStack, content: bytes) -> int:
    """A descriptor that gives this content; it has to fit into a pipe (64 KiB)."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    try:
        os.write(writing, content)
    finally:
        os.close(writing)
    return reading


def _user_of(root: Path) -> int:
    """The user number of the workspace's commands: whose it is already, or one that follows from its path."""
    owner = root.stat().st_uid
    if _USERS_FROM <= owner < _USERS_FROM + _USERS:
        return owner
    return _USERS_FROM + zlib.crc32(os.fsencode(root)) % _USERS


def _give(folder: Path, user: int) -> None:
    """Make a folder and all in it this user's, following no link."""
    for _path, _folders, files, place in os.fwalk(folder, follow_symlinks=False):
        if os.fstat(place).st_uid != user:
            os.fchown(place, user, user)
        for name in files:  # links too; what has gone meanwhile needs no owner
            with contextlib.suppress(FileNotFoundError):
                if os.stat(name, dir_fd=place, follow_symlinks=False).st_uid != user:
                    os.chown(name, user, user, dir_fd=place, follow_symlinks=False)
