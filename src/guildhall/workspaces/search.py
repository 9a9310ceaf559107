"""Search: lines in files, by ripgrep where this machine has it and by Python where not; and files by their names.

Either runs as a process of its own, with the same limits of time, matches and file size, and is ended when nobody waits
any more: an expression that never comes to an end stops nobody.
"""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from guildhall.core.errors import AppError, BadRequestError, UnavailableError
from guildhall.workspaces.lines import LONGEST_BYTES, Wanted
from guildhall.workspaces.paths import alike
from guildhall.workspaces.safe_files import Entry, SafeFiles
from guildhall.workspaces.scans import UNWATCHED

SECONDS = 10.0
_LINE_LETTERS = 400
_MOST_NAMES = 100_000


@dataclass(frozen=True)
class Match:
    """A line that was found, its number from 1; `column` and `length` count letters within `text`."""

    path: str
    line: int
    column: int
    length: int
    text: str


@dataclass
class Found:
    """What was found; `more` says that there was more, or that the time was up."""

    matches: list[Match] = field(default_factory=list)
    more: bool = False

    @property
    def files(self) -> int:
        """In how many files."""
        return len({match.path for match in self.matches})


def ripgrep() -> str | None:
    """Where ripgrep is, if this machine has it."""
    return shutil.which("rg")


async def in_files(place: SafeFiles, wanted: Wanted, *, program: str | None) -> Found:
    """Lines that fit, in files that are text; `program` is ripgrep, None has Python look. Raises `AppError`."""
    if "\n" in wanted.query or "\x00" in wanted.query + wanted.glob:
        raise BadRequestError("bad_pattern", "What to look for must be one line of text.")
    command = _by_ripgrep(program, wanted) if program else _by_python(wanted)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=place.root,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": ":".join(sys.path)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=8 * LONGEST_BYTES,
    )
    try:
        return await _heard(process, place, wanted)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def _by_ripgrep(program: str, wanted: Wanted) -> list[str]:
    options = ["--json", "--no-config", "--no-ignore", "--hidden", "--no-messages", "--sort=path", "--max-count=1000"]
    options += [f"--max-filesize={LONGEST_BYTES}", "-s" if wanted.is_case_sensitive else "-i"]
    options += [] if wanted.is_regex else ["-F"]
    options += [f"--glob={wanted.glob}"] if wanted.glob else []
    options += [f"--glob=!**/{name}/**" for name in sorted(UNWATCHED)] + ["--glob=!*.guildhall-part"]
    return [program, *options, "-e", wanted.query, "."]


def _by_python(wanted: Wanted) -> list[str]:
    return [sys.executable, "-m", "guildhall.workspaces.lines", orjson.dumps(wanted).decode(), *sorted(UNWATCHED)]


async def _heard(process: asyncio.subprocess.Process, place: SafeFiles, wanted: Wanted) -> Found:
    found, readable = Found(), dict[str, bool]()
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - both are pipes
    try:
        async with asyncio.timeout(SECONDS):
            while line := await process.stdout.readline():
                match = _match(line)
                if match is None:
                    continue
                if match.path not in readable:
                    readable[match.path] = await asyncio.to_thread(_is_readable, place, match.path)
                if not readable[match.path]:
                    continue
                if len(found.matches) == wanted.limit:
                    found.more = True
                    return found
                found.matches.append(match)
            said = (await process.stderr.read(2000)).decode(errors="replace").strip()
            code = await process.wait()
    except (TimeoutError, ValueError):  # the time is up, or a line is longer than anybody reads
        found.more = True
        return found
    if code == 2 and not found.matches and said:
        raise BadRequestError("bad_pattern", f"This cannot be looked for: {_last_line(said)}.")
    if code not in {0, 1, 2}:
        raise UnavailableError("search_failed", "The search broke off; try again in a moment.")
    return found


def _match(line: bytes) -> Match | None:
    said = orjson.loads(line)
    if said["type"] != "match":
        return None
    event: dict[str, Any] = said["data"]
    path, text = event["path"].get("text"), event["lines"].get("text")
    if path is None or text is None or not event["submatches"]:
        return None
    raw, place = text.encode(), event["submatches"][0]
    column, end = len(raw[: place["start"]].decode(errors="replace")), len(raw[: place["end"]].decode(errors="replace"))
    text = text.rstrip("\r\n")
    begin = max(0, column - _LINE_LETTERS // 4) if len(text) > _LINE_LETTERS else 0
    shown = text[begin : begin + _LINE_LETTERS]
    length = max(0, min(end - column, len(shown) - (column - begin)))
    return Match(path.removeprefix("./"), event["line_number"], column - begin, length, shown)


def _is_readable(place: SafeFiles, path: str) -> bool:
    """Whether the file is one that may be read: a plain one, reached without leaving."""
    try:
        place.open(path).close()
    except AppError:
        return False
    return True


def _last_line(said: str) -> str:
    return said.splitlines()[-1].removeprefix("error: ").rstrip(".")[:200]


def by_name(place: SafeFiles, query: str, limit: int) -> tuple[list[Entry], bool]:
    """Files and folders whose paths have every word of `query`, best first; and whether there are more. Blocks."""
    words = alike(query).split()
    found: list[tuple[tuple[bool, int, str], Entry]] = []
    for number, entry in enumerate(place.walk(leave_out=UNWATCHED)):
        if number == _MOST_NAMES:
            break
        path = alike(entry.path)
        if all(word in path for word in words):
            in_name = all(word in alike(entry.name) for word in words)
            found.append(((not in_name, len(entry.path), entry.path), entry))
    best: Sequence[tuple[Any, Entry]] = sorted(found, key=lambda one: one[0])
    return [entry for _, entry in best[:limit]], len(best) > limit
