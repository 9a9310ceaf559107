"""Isolation: what keeps commands apart on this machine, tried out rather than guessed."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guildhall.core.settings import Settings
from guildhall.operations.doctor import Verdict
from guildhall.workspaces import bubblewrap
from guildhall.workspaces.bubblewrap import Profile

Level = Literal["isolated", "limited", "refused"]
_TRIAL_SECONDS = 15.0
_LOOK = f"""
[ "$(cat {bubblewrap.WORKSPACE}/mark)" = here ] || exit 91
echo kept > {bubblewrap.WORKSPACE}/made && echo kept > {bubblewrap.HOME}/made || exit 92
[ ! -e "$1/{bubblewrap.TRIAL}" ] || exit 93
! touch /usr/mark 2> /dev/null || exit 94
[ "$(grep -c : /proc/net/dev)" = 1 ] || exit 95
[ "$(grep CapEff /proc/self/status)" = "CapEff:	0000000000000000" ] || exit 96
"""


@dataclass(frozen=True)
class Isolation:
    """How commands run here, and in one sentence why not better.

    `isolated`: kept apart by bubblewrap. `limited`: bounded, but with the rights of the server, so that they can read
    what it can. `refused`: not at all.
    """

    level: Level
    words: str
    profile: Profile | None = None

    @property
    def is_isolated(self) -> bool:
        """Whether a command can't reach the rest of the machine."""
        return self.level == "isolated"


async def find(settings: Settings) -> Isolation:
    """Try bubblewrap; without it commands are only limited, or refused."""
    if settings.sandbox == "off":
        return Isolation(
            "limited", "GUILDHALL_SANDBOX is off: commands are limited, but can read all that the server can."
        )
    reason = ""
    for profile in _profiles(settings):
        reason = await asyncio.to_thread(_trial, profile)
        if not reason:
            return Isolation("isolated", f"commands are kept apart by bubblewrap ({profile.program}).", profile)
    if not reason:
        reason = "bubblewrap is not installed" if sys.platform == "linux" else "bubblewrap runs on Linux only"
    if settings.sandbox == "required":
        return Isolation("refused", f"{reason}, and GUILDHALL_SANDBOX demands it: commands are refused.")
    if os.geteuid() == 0:
        return Isolation("refused", f"{reason}, and the server runs as root: commands are refused.")
    return Isolation("limited", f"{reason}: commands are limited, but can read all that the server can.")


async def look(settings: Settings) -> Verdict:
    """What the doctor says of it. Nothing has to be mended: without a sandbox agents may do less."""
    found = await find(settings)
    return ("ok" if found.is_isolated else "warning"), found.words


def _profiles(settings: Settings) -> Sequence[Profile]:
    program = shutil.which("bwrap")
    if program is None or sys.platform != "linux":
        return []
    readable = tuple(Path(name) for name in settings.sandbox_paths.split(",") if name)
    hidden = settings.data_dir.resolve()
    kinds: list[bubblewrap.Kind] = ["another_user"] if os.geteuid() == 0 else []
    kinds += ["namespace"] if os.geteuid() else []
    return [Profile(program=program, kind=kind, hidden=hidden, readable=readable) for kind in kinds]


def _trial(profile: Profile) -> str:
    """Why this profile does not work here, in words without a full stop; empty if it does."""
    place = profile.hidden / bubblewrap.TRIAL / str(os.getpid())
    root, home = place / "files", place / "home"
    try:
        for folder in (root, home):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (root / "mark").write_text("here\n")
        return _run_trial(profile, root, home)
    except OSError as error:
        return f"bubblewrap can't be tried out: {error.strerror or error}"
    finally:
        shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            place.parent.rmdir()


def _run_trial(profile: Profile, root: Path, home: Path) -> str:
    profile.prepare(root, home)
    shell = ("/bin/sh", "-c", _LOOK, "sh", str(profile.hidden))
    with (
        profile.arguments(root, home, is_networked=False, shell=shell) as (arguments, fds),
        subprocess.Popen(  # noqa: S603 - our own words; a thread, because a start that is cancelled can't be ended
            arguments,
            env={},
            pass_fds=fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process,
    ):
        try:
            _, complaint = process.communicate(timeout=_TRIAL_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "bubblewrap does not end"
    if process.returncode:
        words = complaint.decode(errors="replace").strip().partition("\n")[0].partition(". ")[0][:200]
        return f"bubblewrap does not work here ({words or f'it ends with {process.returncode}'})"
    return ""
