"""The desk: a workspace as one turn of an agent works in it, with the versions of files that the agent has seen."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from guildhall.engines.api import Spoken, ToolUse
from guildhall.engines.builtin.tool import ToolFailure
from guildhall.workspaces import texts
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.safe_files import Content, SafeFiles
from guildhall.workspaces.texts import Encoding

_VERSION_LENGTH = 12
_HEADING = re.compile(r"\[(?P<path>.+?)(?: · lines \d+-\d+ of \d+)? · version (?P<version>[0-9a-f]{12})\]")
_TELLS_VERSION = frozenset({"read", "write", "edit", "multi_edit"})


@dataclass
class Desk:
    """The files of a turn. Paths are as the model writes them; all of this raises `AppError` and `ToolFailure`."""

    workspaces: Workspaces
    workspace_id: str
    turn_id: str
    seen: dict[str, str] = field(default_factory=dict)
    """The version of each file that the agent read or wrote last."""
    is_noted: bool = False
    """Whether what was there before the turn is known."""

    async def files(self) -> SafeFiles:
        """The folder of files, for looking around; its functions block."""
        return await self.workspaces.files(self.workspace_id)

    async def grounds(self) -> tuple[Path, Path]:
        """Where commands work: the folder of files and the home beside it."""
        root = await self.workspaces.root(self.workspace_id)
        return root, root.parent / "home"

    async def prepare(self) -> None:
        """Before anything is changed: note once what is there, so that the turn's own changes are known from it."""
        if not self.is_noted:
            self.is_noted = True
            await self.workspaces.snapshot(self.workspace_id)

    async def look(self) -> list[str]:
        """Keep what a command has changed as the agent's; gives the paths."""
        return await self.workspaces.changed(self.workspace_id, turn_id=self.turn_id)

    async def read(self, path: str) -> Content:
        """A whole file."""
        return await self.workspaces.read(self.workspace_id, path)

    async def write(self, path: str, content: bytes, *, expected: str) -> str:
        """Replace or make a file as the agent, if `expected` is what is there (`ABSENT`: nothing).

        Gives its version.
        """
        await self.prepare()
        written = await self.workspaces.write(self.workspace_id, path, content, turn_id=self.turn_id, expected=expected)
        return self.note(path, written.etag)

    def note(self, path: str, etag: str) -> str:
        """The agent knows this version now; gives its short name."""
        self.seen[path] = etag[:_VERSION_LENGTH]
        return self.seen[path]

    def require_seen(self, path: str, etag: str) -> None:
        """Raise `ToolFailure` unless the agent knows what is in the file at present."""
        version = self.seen.get(path)
        if version is None:
            raise ToolFailure(f"Read {path} first, so that you know what you change.")
        if version != etag[:_VERSION_LENGTH]:
            raise ToolFailure(f"{path} has changed since you read it. Read it again.")


def place(path: str) -> str:
    """A path as the workspace has it: models write `./a`, `a/../b` and `/workspace/a` too."""
    text = path.strip()
    if text == "/workspace" or text.startswith("/workspace/"):
        text = text.removeprefix("/workspace").lstrip("/")
    cleaned = posixpath.normpath(text or ".")
    return "" if cleaned == "." else cleaned


def text_of(path: str, content: bytes) -> tuple[str, Encoding]:
    """A file's text and its encoding. Raises `ToolFailure` for what is not text."""
    found = texts.read(content)
    if found is None:
        raise ToolFailure(f"{path} is not a text ({len(content):,} bytes).")
    return found


def heading(path: str, version: str, lines: str = "") -> str:
    """The first line of what a tool for one file tells: from it, versions are known in later turns too."""
    return f"[{path}{f' · lines {lines}' if lines else ''} · version {version}]"


def seen_in(conversation: Iterable[Spoken]) -> dict[str, str]:
    """The versions that the agent was told of."""
    seen: dict[str, str] = {}
    for use in uses_in(conversation):
        if use.name in _TELLS_VERSION and use.status == "done":
            found = _HEADING.fullmatch(use.output.partition("\n")[0])
            if found:
                seen[found["path"]] = found["version"]
    return seen


def uses_in(spoken: Iterable[Spoken]) -> list[ToolUse]:
    """Every tool call of a conversation, oldest first."""
    return [part for each in spoken for part in each.parts if isinstance(part, ToolUse)]
