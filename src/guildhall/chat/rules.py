"""Rules: what an agent may do without asking. Pure.

A rule names tools and what they touch by patterns with `*` and `?`; of the rules that match, the last one counts. Where
none does, the session's mode says. A call with several patterns, such as a compound command, is as free as the least
free of them. A command that wants the network needs a rule that says so, or a person's word, in every mode.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from guildhall.engines.api import NETWORKED, SECRETS, Mode, PermissionRequest, ToolKind

Action = Literal["allow", "ask", "deny"]
_STRICTEST: tuple[Action, ...] = ("deny", "ask", "allow")
_FREE: dict[Mode, frozenset[ToolKind]] = {
    "plan": frozenset({"read"}),
    "ask": frozenset({"read"}),
    "edit": frozenset({"read", "edit"}),
    "full": frozenset({"read", "edit", "run", "fetch", "other"}),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a tool (a pattern too) and what it touches."""

    tool: str
    pattern: str
    action: Action


# Asked for in every mode unless a person's own rule says otherwise: secrets, and what leaves the machine.
CAUTIONS = (
    *(Rule("*", pattern, "ask") for name in SECRETS for pattern in (name, f"*/{name}")),
    Rule("bash", "git push*", "ask"),
    Rule("bash", "ssh *", "ask"),
    Rule("bash", "scp *", "ask"),
    Rule("bash", "sudo *", "ask"),
)


def judge(rules: Sequence[Rule], mode: Mode, request: PermissionRequest, *, is_sandboxed: bool) -> Action:
    """Whether a call may be made: at once, after a person's word, or never. What cannot be told is asked for."""
    if is_beyond(mode, request):
        return "deny"
    usual = _usual(mode, request.kind, is_sandboxed=is_sandboxed)
    if not request.patterns:
        return _stricter(usual, "ask")
    judged = _networked if request.kind == "run" else _action
    actions = [judged(rules, request, pattern, usual) for pattern in request.patterns]
    return min(actions, key=_STRICTEST.index)


def is_beyond(mode: Mode, request: PermissionRequest) -> bool:
    """Whether the mode itself forbids a call, whatever rules say: in plan mode nothing is changed or run."""
    return mode == "plan" and request.kind not in ("read", "fetch")


def covers(pattern: str, touched: str) -> bool:
    """Whether a rule's pattern covers what is touched; `git status *` covers `git status` alone too."""
    return fnmatchcase(touched, _literal(pattern)) or (pattern.endswith(" *") and touched == pattern[:-2])


def _networked(rules: Sequence[Rule], request: PermissionRequest, touched: str, usual: Action) -> Action:
    """For a command, with the network where it wants that."""
    if not touched.startswith(NETWORKED):
        return _action(rules, request, touched, usual)
    if _action(rules, request, touched.removeprefix(NETWORKED), usual) == "deny":
        return "deny"
    meant = [rule for rule in rules if rule.action != "allow" or rule.pattern.startswith(NETWORKED)]
    return _action(meant, request, touched, _stricter(usual, "ask"))


def _action(rules: Sequence[Rule], request: PermissionRequest, touched: str, usual: Action) -> Action:
    action = usual if not request.is_opaque else _stricter(usual, "ask")
    for rule in rules:
        if not covers(rule.tool, request.tool):
            continue
        if covers(rule.pattern, touched) and (
            rule.action != "allow" or not request.is_opaque or rule.pattern == touched
        ):
            action = rule.action
    return action


def _usual(mode: Mode, kind: ToolKind, *, is_sandboxed: bool) -> Action:
    if kind == "run" and not is_sandboxed:
        return "ask"
    return "allow" if kind in _FREE[mode] else "ask"


def _stricter(one: Action, other: Action) -> Action:
    return min(one, other, key=_STRICTEST.index)


def _literal(pattern: str) -> str:
    """`[` stands for itself: paths and commands hold it, and a set of characters would surprise."""
    return pattern.replace("[", "[[]")
