"""Offers: tools of MCP servers as every engine has them.

Which there are in a turn, under which names, and what a person is asked before one is called.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from guildhall.engines.api import PermissionRequest, ToolKind, Turn
from guildhall.mcp.runtime import McpRuntime, Offer
from guildhall.mcp.tools import name_for, touched

# Names of the engines' own tools, in every mode: a rule for one of them is no rule for somebody else's.
# fmt: off
_OWN = frozenset([
    "apply_patch", "ask_user", "bash", "bash_output", "edit", "fetch", "glob", "grep", "invalid", "list", "lsp",
    "multi_edit", "multiedit", "patch", "question", "read", "skill", "task", "todo", "todoread",
    "todowrite", "webfetch", "websearch", "write",
])
# fmt: on


async def offered(runtime: McpRuntime | None, turn: Turn) -> list[Offer]:
    """What MCP servers offer in a turn; in plan mode only what they say reads."""
    if runtime is None:
        return []
    found = await runtime.offers(turn.user_id, turn.workspace_id, turn.servers_off)
    return [offer for offer in found if offer.tool.is_read_only or turn.mode != "plan"]


def named(offers: Iterable[Offer], taken: Iterable[str] = ()) -> dict[str, Offer]:
    """The offers under names that neither an engine's own tool has, nor one that is `taken`."""
    names = {*_OWN, *taken}
    found: dict[str, Offer] = {}
    for offer in offers:
        name = name_for(offer.server.name, offer.tool.name, names)
        names.add(name)
        found[name] = offer
    return found


def kind_of(offer: Offer) -> ToolKind:
    """Neither is free but in a session that frees everything, whatever the server says of its tool."""
    return "fetch" if offer.tool.is_read_only else "other"


def request_of(call_id: str, name: str, offer: Offer, arguments: Mapping[str, Any]) -> PermissionRequest:
    """What a person is asked before the call."""
    about = {"server": offer.server.name, "tool": offer.tool.title or offer.tool.name, "arguments": dict(arguments)}
    return PermissionRequest(call_id, name, kind_of(offer), touched(arguments), ("*",), about)
