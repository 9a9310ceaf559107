"""Call: one tool call of opencode, from its arguments to its end. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from guildhall.engines.api import ToolEnded, ToolOutput
from guildhall.engines.opencode import tools
from guildhall.engines.opencode.tools import Place


@dataclass
class Call:
    """What is known of a call; `parent` is the agent's call that a sub-agent works for."""

    id: str
    tool: str
    parent: str | None = None
    is_told: bool = False
    is_over: bool = False
    is_invalid: bool = False
    """Whether the model called what is no tool, or with what are no arguments; opencode says so after its name."""
    arguments: dict[str, Any] = field(default_factory=dict)
    diff: str = ""
    denied: str | None = None
    """The words with which it was refused."""
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    """Leave that opencode asked for before the arguments were known, and `questions` likewise."""
    questions: list[Mapping[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    _printed: str = ""

    def print(self, output: object) -> Iterator[ToolOutput]:
        """More of what a command prints; it is told whole each time, and its beginning falls away when it is long."""
        if isinstance(output, str) and len(output) > len(self._printed) and output.startswith(self._printed):
            yield ToolOutput(self.id, output[len(self._printed) :])
            self._printed = output

    def end(self, state: Mapping[str, Any], place: Place) -> ToolEnded:
        """How it ended, as opencode's last word of it says."""
        self.is_over = True
        if self.is_invalid:
            return ToolEnded(self.id, "failed", str((state.get("input") or {}).get("error") or state.get("output", "")))
        details = tools.details_of(self.tool, state, place) | self.details
        if self.diff and state.get("status") == "completed":
            details.setdefault("diff", self.diff)
        if self.denied is not None:
            return ToolEnded(self.id, "denied", f"Denied. {self.denied}".strip(), details)
        if state.get("status") == "error":
            return ToolEnded(self.id, "failed", str(state.get("error", "")), details)
        status: Literal["done", "failed"] = "failed" if details.get("exit_code") else "done"
        return ToolEnded(self.id, status, str(state.get("output", "")), details)
