"""Spawning: the process of one command, in the isolation that was found."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from guildhall.workspaces import leftovers
from guildhall.workspaces.isolation import Isolation


async def spawn(
    found: Isolation, root: Path, home: Path, words: tuple[str, ...], mark: str, *, network: bool
) -> tuple[asyncio.subprocess.Process, int, int]:
    """The process, and the descriptors on which it writes and reports. Raises `OSError`.

    Not to be cancelled: a process that is half made can't be ended with all it began.
    """
    reading, writing = os.pipe()
    reporting, report = os.pipe()
    try:
        if found.profile:
            with found.profile.arguments(root, home, is_networked=network, shell=words, report=report) as given:
                process = await _execute(given[0], {}, writing, report, (*given[1], report))
        else:
            process = await _execute(words, leftovers.environment(home, mark), writing, report)
    except BaseException:
        os.close(reading)
        os.close(reporting)
        raise
    finally:
        os.close(writing)
        os.close(report)
    return process, reading, reporting


async def _execute(
    words: Sequence[str], environment: Mapping[str, str], writing: int, report: int, fds: tuple[int, ...] = ()
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *words,
        env=environment,
        pass_fds=fds,
        stdin=asyncio.subprocess.PIPE,
        stdout=writing,
        stderr=report,
        start_new_session=True,
    )
