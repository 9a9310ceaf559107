"""Tools for looking around: glob finds files by name, grep by what is in them."""

import asyncio
from fnmatch import fnmatchcase

from pydantic import Field

from guildhall.engines.api import SECRETS
from guildhall.engines.builtin.desk import Desk, place
from guildhall.engines.builtin.globs import Glob
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.workspaces import search
from guildhall.workspaces.lines import Wanted
from guildhall.workspaces.safe_files import Entry, SafeFiles
from guildhall.workspaces.scans import UNWATCHED

_MOST_FILES = 500
_MOST_LOOKED_AT = 100_000
_MOST_MATCHES = 200
_FOLDER = "Folder to look in, relative to the workspace; empty for all of it."


class GlobArguments(Arguments):
    """What `glob` takes."""

    pattern: str = Field(min_length=1, max_length=400, description="Such as `*.py`, `src/**/*.ts` or `**/{a,b}/*.md`.")
    path: str = Field("", description=_FOLDER)


class GrepArguments(Arguments):
    """What `grep` takes."""

    pattern: str = Field(min_length=1, max_length=1000, description="A regular expression, matched line by line.")
    path: str = Field("", description=_FOLDER)
    glob: str = Field("", max_length=400, description="Look only into files of such names, such as `*.py`.")
    ignore_case: bool = False


class SearchTools:
    """The tools for looking around at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tools(self) -> list[Tool]:
        """`glob` and `grep`."""
        return [
            Tool(
                "glob",
                "read",
                "Find files by their names, newest first.",
                GlobArguments,
                self._plan_glob,
                is_read_only=True,
            ),
            Tool(
                "grep",
                "read",
                "Find lines in text files by a regular expression: path:line:text.",
                GrepArguments,
                self._plan_grep,
                is_read_only=True,
            ),
        ]

    async def _plan_glob(self, asked: GlobArguments) -> Plan:
        folder = place(asked.path)
        try:
            glob = Glob(asked.pattern)
        except ValueError as error:
            raise ToolFailure(str(error)) from None

        async def perform(_: Running) -> Result:
            found, more = await asyncio.to_thread(_files, await self._desk.files(), folder, glob)
            note = f"\n[more than {_MOST_FILES}: narrow the pattern]" if more else ""
            return Result(("\n".join(found) or "No file fits.") + note, {"truncated": more})

        return Plan(Asking((folder or ".",)), perform)

    async def _plan_grep(self, asked: GrepArguments) -> Plan:
        folder = place(asked.path)

        async def perform(_: Running) -> Result:
            files = await self._desk.files()
            wanted = Wanted(
                asked.pattern,
                is_regex=True,
                is_case_sensitive=not asked.ignore_case,
                glob=await asyncio.to_thread(_glob_within, files, folder, asked.glob),
                limit=_MOST_MATCHES,
            )
            found = await search.in_files(files, wanted, program=search.ripgrep())
            shown = [match for match in found.matches if match.path == folder or not _is_secret(match.path)]
            lines = [f"{match.path}:{match.line}:{match.text}" for match in shown]
            note = f"\n[more than {_MOST_MATCHES} lines, or too long a search: narrow it]" if found.more else ""
            if len(shown) < len(found.matches):
                note += "\n[lines of files that hold secrets are left out: look into those by their names]"
            return Result(("\n".join(lines) or "No line fits.") + note, {"truncated": found.more})

        return Plan(Asking((folder or ".",)), perform)


def _files(files: SafeFiles, folder: str, glob: Glob) -> tuple[list[str], bool]:
    """Paths that fit, newest first, and whether there are more; blocks."""
    found: list[Entry] = []
    start = len(folder) + 1 if folder else 0
    for number, entry in enumerate(files.walk(folder, leave_out=UNWATCHED)):
        if number >= _MOST_LOOKED_AT:
            break
        if entry.kind == "file" and glob.fits(entry.path[start:]):
            found.append(entry)
    found.sort(key=lambda entry: (-entry.modified_ns, entry.path))
    return [entry.path for entry in found[:_MOST_FILES]], len(found) > _MOST_FILES


def _is_secret(path: str) -> bool:
    """Whether a person is asked before such a file is read, so that a search must not read it either."""
    return any(fnmatchcase(path.rpartition("/")[2], shape) for shape in SECRETS)


def _glob_within(files: SafeFiles, folder: str, glob: str) -> str:
    """A glob, and a folder or file, as one glob; blocks."""
    if not folder:
        return glob
    at = files.stat(folder)
    if at is None:
        raise ToolFailure(f"There is nothing at {folder}.")
    exact = "".join(f"[{letter}]" if letter in "*?{" else letter for letter in folder)
    if at.kind == "file":
        return f"/{exact}"
    return f"/{exact}/{glob if '/' in glob else f'**/{glob}' if glob else '**'}"
