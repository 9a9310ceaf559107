"""Configuration of one opencode process: generated, so that nothing in a workspace can change it. Pure."""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guildhall.engines.opencode.client import PROVIDER
from guildhall.engines.opencode.tools import SERVER
from guildhall.engines.opencode.tunnel import API_PORT, FOLDER, RELAY
from guildhall.workspaces.skills import Skill

PATH = "/mcp"  # where the hall's own MCP server is, beside its models
_CONTEXT_TOKENS, _OUTPUT_TOKENS = 128_000, 16_000  # of a model of which nothing is known
_MOST_MODELS = 500
# It fetches nothing and looks at no configuration but ours.
_OFF = (
    "MODELS_FETCH",
    "AUTOUPDATE",
    "LSP_DOWNLOAD",
    "SHARE",
    "DEFAULT_PLUGINS",
    "CLAUDE_CODE",
    "EXTERNAL_SKILLS",
    "PROJECT_CONFIG",
    "EMBEDDED_WEB_UI",
)
SHELL, START, _RELAY = f"{FOLDER}/shell", f"{FOLDER}/start", f"{FOLDER}/relay.js"
_SHELL = """#!/bin/sh
# Commands see nothing of what opencode was started with.
exec env -i HOME="$HOME" USER="${USER:-agent}" PATH="$PATH" LANG=C.UTF-8 TERM=dumb /bin/sh "$@"
"""
# Everything is asked for; what nobody could judge by looking at it is refused.
_PERMISSIONS = {
    "*": "ask",
    "todowrite": "allow",
    "todoread": "allow",
    "doom_loop": "allow",
    "question": "allow",  # it goes to the person, who may leave it unanswered
    "external_directory": "deny",
    "webfetch": "deny",
    "websearch": "deny",
    "skill": "deny",
}
_LONGEST_CALL_MS = 3_700_000  # of a tool of an MCP server: the hall has its own limit for each


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What opencode has to know of a model."""

    name: str
    context_tokens: int | None = None
    output_tokens: int | None = None
    sees_pictures: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """Where things are, as opencode sees them."""

    url: str
    """Where it calls models, with the `/v1`."""
    home: str
    root: str
    """The folder of the workspace."""


def configuration(models: Iterable[ModelFacts], seen: Seen, skills: Sequence[Skill] = ()) -> dict[str, Any]:
    """opencode's own configuration. It knows no skill but these."""
    offered = sorted(models, key=lambda model: model.name)[:_MOST_MODELS]
    return {
        "autoupdate": False,
        "share": "disabled",
        "snapshot": False,
        "shell": f"{seen.home}/{SHELL}",
        "enabled_providers": [PROVIDER],
        "provider": {
            PROVIDER: {
                "npm": "@ai-sdk/openai-compatible",
                "name": "Guildhall",
                "options": {"baseURL": seen.url, "apiKey": "{env:GUILDHALL_KEY}"},
                "models": {model.name: _model(model) for model in offered},
            }
        },
        "permission": _PERMISSIONS
        | ({"skill": {"*": "deny", **{each.name: "ask" for each in skills}}} if skills else {}),
        "skills": {"paths": [f"{seen.root}/{each.folder}" for each in skills]},
        "mcp": {SERVER: _server(seen)},
    }


def environment(settings: Mapping[str, Any], password: str, key: str) -> dict[str, str]:
    """What the process is started with."""
    return {
        "OPENCODE_CONFIG_CONTENT": json.dumps(settings, ensure_ascii=False),
        "OPENCODE_SERVER_PASSWORD": password,
        "OPENCODE_PURE": "1",
        "GUILDHALL_KEY": key,
        **{f"OPENCODE_DISABLE_{name}": "1" for name in _OFF},
    }


def files(program: str, given: Mapping[str, str], *, is_relayed: bool) -> dict[str, tuple[str, int]]:
    """What is put into its home before it starts, each with its mode.

    Secrets are in a file, not in an argument that every user of the machine could see. The relay is run by the program
    itself, which has a JavaScript runtime in it.
    """
    called = shlex.quote(program)
    relay = [f'BUN_BE_BUN=1 {called} "$HOME/{_RELAY}" &'] if is_relayed else []
    exports = [f"export {name}={shlex.quote(value)}" for name, value in given.items()]
    serve = f"exec {called} serve --hostname 127.0.0.1 --port {API_PORT if is_relayed else 0}"
    start = "\n".join([*relay, *exports, serve, ""])
    return {SHELL: (_SHELL, 0o755), _RELAY: (RELAY, 0o644), START: (start, 0o600)}


def _server(seen: Seen) -> dict[str, Any]:
    """The hall itself; it is connected to when a turn has a tool from there."""
    return {
        "type": "remote",
        "url": seen.url.removesuffix("/v1") + PATH,
        "headers": {"Authorization": "Bearer {env:GUILDHALL_KEY}"},
        "oauth": False,
        "enabled": False,
        "timeout": _LONGEST_CALL_MS,
    }


def _model(model: ModelFacts) -> dict[str, Any]:
    context = model.context_tokens or _CONTEXT_TOKENS
    return {
        "name": model.name,
        "reasoning": True,
        "tool_call": True,
        "attachment": model.sees_pictures,
        "modalities": {"input": ["text", *(["image"] if model.sees_pictures else [])], "output": ["text"]},
        "limit": {"context": context, "output": min(model.output_tokens or _OUTPUT_TOKENS, context)},
    }
