"""Leftovers: what a command leaves running where no sandbox ends it, and what a killed server leaves of sandboxes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from guildhall.workspaces.bubblewrap import SEARCHED, TRIAL
from guildhall.workspaces.shell import SAY_BEGUN

_MARK = "GUILDHALL_COMMAND"
_OURS = (SAY_BEGUN.encode(), TRIAL.encode())  # on the command line of every sandbox of ours
_ROUNDS = 20  # a process may begin another while it is being ended


def environment(home: Path, mark: str) -> dict[str, str]:
    """All that a command without a sandbox is told; nothing of the server's own."""
    return {
        "HOME": str(home),
        "USER": "agent",
        "LOGNAME": "agent",
        "PATH": f"{home}/.local/bin:{SEARCHED.partition(':')[2]}",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        _MARK: mark,
    }


def end(mark: str) -> None:
    """End every process with this mark. Those that removed it are not found."""
    for _ in range(_ROUNDS):
        found = list(_marked(f"{_MARK}={mark}".encode()))
        if not found:
            return
        for number in found:
            try:
                os.kill(number, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def _marked(mark: bytes) -> Iterator[int]:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes().split(b"\0"):
                yield int(place.name)
        except OSError:  # gone, or somebody else's
            continue


def end_orphans() -> None:
    """End the sandboxes whose bubblewrap has died: one that was killed while it made its sandbox leaves it waiting."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
            if any(mark in words for mark in _OURS) and _is_orphan(place):
                os.kill(int(place.name), signal.SIGKILL)
        except OSError:
            continue


def _is_orphan(place: Path) -> bool:
    """Whether a process is the first one of a sandbox, and no bubblewrap watches over it."""
    told = dict(line.split(":\t", 1) for line in (place / "status").read_text().splitlines() if ":\t" in line)
    is_first = told["Name"] == "bwrap" and told.get("NSpid", "").split()[1:] == ["1"]
    return is_first and (Path("/proc") / told["PPid"] / "comm").read_text().strip() != "bwrap"
