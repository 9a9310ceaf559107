"""Tools for one file or folder: read, write, edit, multi_edit, list."""

import asyncio
from collections.abc import Sequence
from itertools import islice

from pydantic import Field

from guildhall.core.errors import NotFoundError
from guildhall.engines.builtin import edits
from guildhall.engines.builtin.desk import Desk, heading, place, text_of
from guildhall.engines.builtin.edits import Edit, EditError
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.workspaces import texts
from guildhall.workspaces.safe_files import Content
from guildhall.workspaces.staging import ABSENT

_MOST_LINES = 2000
_LONGEST_LINE = 2000
_MOST_ENTRIES = 1000
_PATH = "Path of the file, relative to the workspace."


class ReadArguments(Arguments):
    """What `read` takes."""

    path: str = Field(description=_PATH)
    offset: int = Field(1, ge=1, description="The line to begin with.")
    limit: int = Field(_MOST_LINES, ge=1, le=_MOST_LINES, description="How many lines to read.")


class WriteArguments(Arguments):
    """What `write` takes."""

    path: str = Field(description=_PATH)
    content: str = Field(description="The whole content of the file.")


class EditArguments(Arguments):
    """What `edit` takes."""

    path: str = Field(description=_PATH)
    old_text: str = Field(description="The text to replace, exactly as it is in the file, without line numbers.")
    new_text: str = Field(description="What to put in its place.")
    replace_all: bool = Field(False, description="Replace it wherever it is, instead of exactly once.")


class Replacement(Arguments):
    """One edit of several."""

    old_text: str = Field(description="The text to replace, exactly as it is after the edits before this one.")
    new_text: str = Field(description="What to put in its place.")
    replace_all: bool = Field(False, description="Replace it wherever it is, instead of exactly once.")


class MultiEditArguments(Arguments):
    """What `multi_edit` takes."""

    path: str = Field(description=_PATH)
    edits: list[Replacement] = Field(min_length=1, max_length=100, description="Edits, done one after the other.")


class ListArguments(Arguments):
    """What `list` takes."""

    path: str = Field("", description="Path of the folder, relative to the workspace; empty for all of it.")


class FileTools:
    """The tools for files at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reading(self) -> list[Tool]:
        """Those that change nothing."""
        return [
            Tool(
                "read",
                "read",
                f"Read a text file, with line numbers: at most {_MOST_LINES:,} lines at once.",
                ReadArguments,
                self._plan_read,
                is_read_only=True,
            ),
            Tool(
                "list",
                "read",
                "List what is in a folder. Names of folders end with /.",
                ListArguments,
                self._plan_list,
                is_read_only=True,
            ),
        ]

    def writing(self) -> list[Tool]:
        """Those that change files."""
        return [
            Tool(
                "write",
                "edit",
                "Make a file, or replace all of it; a file that exists must have been read before. Prefer `edit`.",
                WriteArguments,
                self._plan_write,
            ),
            Tool(
                "edit",
                "edit",
                "Replace a text in a file that you have read. The text must be there exactly, and only once.",
                EditArguments,
                self._plan_edit,
            ),
            Tool(
                "multi_edit",
                "edit",
                "Make several edits in one file that you have read: all of them, or none.",
                MultiEditArguments,
                self._plan_multi_edit,
            ),
        ]

    async def _plan_read(self, asked: ReadArguments) -> Plan:
        path = place(asked.path)

        async def perform(_: Running) -> Result:
            found = await self._desk.read(path)
            lines = text_of(path, found.content)[0].split("\n")
            if lines[-1] == "":
                lines.pop()
            chosen = lines[asked.offset - 1 : asked.offset - 1 + asked.limit]
            if not chosen and lines:
                raise ToolFailure(f"{path} has {len(lines):,} lines.")
            last = asked.offset + len(chosen) - 1
            version = self._desk.note(path, found.etag)
            top = heading(path, version, f"{asked.offset}-{last} of {len(lines)}" if lines else "")
            text = "\n".join(_numbered(chosen, asked.offset))
            rest = f"\n\n[{len(lines) - last:,} more lines: read on from {last + 1}]" if last < len(lines) else ""
            return Result(f"{top}\n{text or '(empty)'}{rest}", {"paths": [path], "truncated": bool(rest)})

        return Plan(Asking((path,)), perform)

    async def _plan_list(self, asked: ListArguments) -> Plan:
        path = place(asked.path)

        async def perform(_: Running) -> Result:
            files = await self._desk.files()
            entries = await asyncio.to_thread(files.entries, path)
            shown = [
                f"{entry.name}/" if entry.kind == "folder" else f"{entry.name}  ({entry.size:,} bytes)"
                for entry in islice(entries, _MOST_ENTRIES)
            ]
            left = len(entries) - len(shown)
            note = f"\n[{left:,} more: look for them with `glob`]" if left > 0 else ""
            return Result(("\n".join(shown) or "(empty)") + note, {"paths": [path], "truncated": left > 0})

        return Plan(Asking((path or ".",)), perform)

    async def _plan_write(self, asked: WriteArguments) -> Plan:
        path = place(asked.path)
        before = await self._present(path)
        if before is None:
            return self._change(path, "", asked.content, asked.content.encode(), ABSENT)
        self._desk.require_seen(path, before.etag)
        text, encoding = text_of(path, before.content)
        content = texts.encoded(asked.content.encode(), encoding)
        return self._change(path, text, asked.content, content, before.etag)

    async def _plan_edit(self, asked: EditArguments) -> Plan:
        return await self._plan_edits(asked.path, [Edit(asked.old_text, asked.new_text, asked.replace_all)])

    async def _plan_multi_edit(self, asked: MultiEditArguments) -> Plan:
        return await self._plan_edits(
            asked.path, [Edit(each.old_text, each.new_text, each.replace_all) for each in asked.edits]
        )

    async def _plan_edits(self, written: str, wanted: Sequence[Edit]) -> Plan:
        path = place(written)
        before = await self._desk.read(path)
        self._desk.require_seen(path, before.etag)
        text, encoding = text_of(path, before.content)
        try:
            after = edits.apply(text, wanted)
        except EditError as error:
            raise ToolFailure(str(error)) from None
        return self._change(path, text, after, texts.encoded(after.encode(), encoding), before.etag)

    def _change(self, path: str, before: str, after: str, content: bytes, expected: str) -> Plan:
        """Put `content` in place of `expected`: what a person sees first is what is done."""
        difference = edits.diff(path, before, after)
        details = {"diff": difference, "paths": [path]}

        async def perform(_: Running) -> Result:
            version = await self._desk.write(path, content, expected=expected)
            done = "Made" if expected == ABSENT else "Changed"
            counts = edits.size(after) if expected == ABSENT else edits.counted(difference)
            return Result(f"{heading(path, version)}\n{done}: {counts}.", details)

        folder = path.rpartition("/")[0]
        return Plan(Asking((path,), (f"{folder}/*" if folder else "*",), details), perform)

    async def _present(self, path: str) -> Content | None:
        try:
            return await self._desk.read(path)
        except NotFoundError as error:
            if error.code != "file_not_found":
                raise
            return None


def _numbered(lines: Sequence[str], first: int) -> list[str]:
    return [f"{number:>6}\t{_short(line)}" for number, line in enumerate(lines, first)]


def _short(line: str) -> str:
    text = line.removesuffix("\r")
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]} [{len(text) - _LONGEST_LINE:,} more]"
