"""Tools of opencode in the words of the house: names, arguments, what a call would do, what came of it. Pure."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guildhall.engines import commands
from guildhall.engines.api import PermissionRequest, Todo, ToolKind

SERVER = "hall"  # what opencode calls the server that brings the tools of the hall's MCP servers
_PREFIX = f"{SERVER}_"
_NAMES = {"todowrite": "todo", "todoread": "todo", "webfetch": "fetch"}
_KINDS: dict[str, ToolKind] = {
    "read": "read",
    "glob": "read",
    "grep": "read",
    "list": "read",
    "lsp": "read",
    "skill": "read",
    "task": "read",
    "edit": "edit",
    "write": "edit",
    "multiedit": "edit",
    "patch": "edit",
    "apply_patch": "edit",
    "bash": "run",
    "webfetch": "fetch",
    "websearch": "fetch",
}
_TODO_STATES = {"pending": "pending", "in_progress": "active", "completed": "done", "cancelled": "cancelled"}
_PATHS = frozenset({"filePath", "path"})


@dataclass(frozen=True, slots=True)
class Place:
    """The workspace's folder, as opencode sees it."""

    folder: str

    def relative(self, path: str) -> str:
        """A path in the workspace as people know it; one outside stays as it is."""
        if not path.startswith("/"):
            return path
        inner = posixpath.relpath(path, self.folder)
        return path if inner == ".." or inner.startswith("../") else inner

    def cleaned(self, diff: str) -> str:
        """A unified diff with paths in the workspace."""
        lines = diff.replace(f"{self.folder}/", "").split("\n")
        is_headed = len(lines) > 1 and lines[0].startswith("Index: ") and lines[1].startswith("====")
        return "\n".join(lines[2:] if is_headed else lines)


def is_remote(tool: str) -> bool:
    """Whether a tool is one of an MCP server."""
    return tool.startswith(_PREFIX)


def name_of(tool: str) -> str:
    """What the house calls a tool."""
    return _NAMES.get(tool, tool.removeprefix(_PREFIX))


def kind_of(tool: str) -> ToolKind:
    """What a call of this tool does to the world; of tools that are not opencode's own nobody knows."""
    return _KINDS.get(tool, "other")


def arguments_of(tool: str, given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The arguments of a call, with paths in the workspace; those of a tool of somebody else's are as they are."""
    if is_remote(tool):
        return dict(given)
    return {
        "path" if name == "filePath" else name: place.relative(value)
        if name in _PATHS and isinstance(value, str)
        else value
        for name, value in given.items()
    }


def details_of(tool: str, state: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """What people are shown of a call that has ended."""
    given, metadata = state.get("input") or {}, state.get("metadata") or {}
    details: dict[str, Any] = {}
    if isinstance(metadata.get("diff"), str) and metadata["diff"]:
        details["diff"] = place.cleaned(metadata["diff"])
    path = metadata.get("filepath") or given.get("filePath")
    if kind_of(tool) == "edit":
        changed = [each.get("filePath") for each in metadata.get("files") or () if isinstance(each, dict)] or [path]
        details["paths"] = [place.relative(each) for each in changed if isinstance(each, str) and each]
    if isinstance(metadata.get("exit"), int):
        details["exit_code"] = metadata["exit"]
    if tool == "skill" and isinstance(metadata.get("dir"), str):
        details["paths"] = [place.relative(metadata["dir"])]
    if metadata.get("truncated") is True:
        details["truncated"] = True
    return details


def request_of(
    call_id: str, tool: str, arguments: Mapping[str, Any], asked: Mapping[str, Any], place: Place, task: str = ""
) -> PermissionRequest:
    """What the person is asked, from what opencode asks; `task` is what a sub-agent's call is made for.

    A command is taken apart by the house's own rules, not by opencode's: what does not parse is opaque to every rule.
    """
    metadata = asked.get("metadata") or {}
    details: dict[str, Any] = {}
    patterns = _touched(arguments, asked, place)
    suggestions: Sequence[str] = ()
    is_opaque = False
    kind = kind_of(tool)
    if kind == "run":
        command = str(arguments.get("command") or metadata.get("command") or "")
        found = commands.split(command)
        patterns, suggestions, is_opaque = found.patterns, found.suggestions, found.is_opaque
        details["command"] = command
    elif kind == "other":
        suggestions = ["*"]
        details |= {"arguments": dict(arguments)} if is_remote(tool) else {}
    if isinstance(metadata.get("diff"), str):
        details["diff"] = place.cleaned(metadata["diff"])
    if isinstance(arguments.get("description"), str) and not is_remote(tool):
        details["reason"] = arguments["description"]
    if task:
        details["task"] = task
    return PermissionRequest(
        call_id, name_of(tool), kind, tuple(patterns), tuple(suggestions), details, is_opaque=is_opaque
    )


def _touched(arguments: Mapping[str, Any], asked: Mapping[str, Any], place: Place) -> Sequence[str]:
    """What a call touches. Patterns of paths are relative to a repository, which may be elsewhere; others are whole."""
    metadata = asked.get("metadata") or {}
    files = [each.get("filePath") for each in metadata.get("files") or () if isinstance(each, dict)]
    paths = files or [metadata.get("filepath") or arguments.get("path")]
    whole = [place.relative(path) for path in paths if isinstance(path, str) and path]
    is_of_files = asked.get("permission") in {"edit", "read", "list"}
    return whole if whole and is_of_files else [place.relative(str(each)) for each in asked.get("patterns") or ()]


def todos_of(given: object) -> tuple[Todo, ...]:
    """The agent's list."""
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    return tuple(
        Todo(str(item.get("content", "")), _TODO_STATES.get(str(item.get("status")), "pending"))  # type: ignore[arg-type] # one of the states
        for item in items
    )
