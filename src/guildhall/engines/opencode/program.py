"""The program: where opencode is on this machine, and whether it is the version that the product was built against."""

import asyncio
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from guildhall.core.settings import Settings
from guildhall.operations.doctor import Verdict

VERSION = "1.18.33"
_NAME = "opencode"
_PATIENCE_SECONDS = 15.0
HOW = "`make opencode` installs it."
_NO_RIPGREP = "Its tools find files by ripgrep, which is not on this machine: install the package ripgrep."


@dataclass(frozen=True)
class Program:
    """What was found. `path` is None where opencode can't be used; `words` say why to those who run the server.

    `reason` is that in one word, for programs, and `plain` are words for everybody: they name no place of the server.
    """

    path: Path | None
    words: str
    reason: str = ""
    plain: str = ""


async def find(settings: Settings) -> Program:
    """Look where the settings say, beside this Python, then on the PATH."""
    path = _path(settings)
    if path is None:
        words = f"not installed. {HOW}"
        return Program(None, words, "not_installed", words)
    try:
        found = await _version(path)
    except TimeoutError:
        return Program(None, f"{path} does not answer.", "not_usable", "it does not answer.")
    except OSError as error:
        why = f"can't be run: {error.strerror}."
        return Program(None, f"{path} {why}", "not_usable" if path.exists() else "not_installed", f"it {why}")
    if found != VERSION:
        why = f"is version {found or 'unknown'}; sessions need {VERSION}. {HOW}"
        return Program(None, f"{path} {why}", "wrong_version", f"it {why}")
    return Program(path, f"{found} at {path}: sessions can use it as their engine.", plain=f"version {found}.")


async def look(settings: Settings) -> Verdict:
    """What the doctor says of it. Nothing has to be mended: there is another engine."""
    program = await find(settings)
    if program.path is not None and shutil.which("rg") is None:
        return "warning", f"{program.words} {_NO_RIPGREP}"
    if program.path is not None:
        return "ok", program.words
    return ("information" if _path(settings) is None else "warning"), program.words


def _path(settings: Settings) -> Path | None:
    if settings.opencode:
        return Path(settings.opencode).resolve()
    beside = Path(sys.executable).parent / _NAME
    named = str(beside) if beside.is_file() else shutil.which(_NAME)
    return Path(named).resolve() if named else None


async def _version(path: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        path,
        "--version",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode(errors="replace").strip().partition("\n")[0][:60]
