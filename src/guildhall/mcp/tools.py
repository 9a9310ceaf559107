"""Tools: what servers offer, as models and people can take it, and what came of a call in words. Pure."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST_NAME = 59  # providers take 64, and an engine may put a word of its own before it
_MOST_DESCRIPTION = 2000
_MOST_SCHEMA = 30_000
_MOST_INTEGER = 2**53
_DEEPEST = 60
_MOST_PATTERNS, _LONGEST_PATTERN = 50, 500
_NO_ARGUMENTS: Mapping[str, Any] = {"type": "object", "properties": {}}


@dataclass(frozen=True)
class RemoteTool:
    """A tool as its server names and describes it."""

    name: str
    title: str
    description: str
    schema: Mapping[str, Any]
    is_read_only: bool

    def shown(self) -> dict[str, Any]:
        """The same for people."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description[:500],
            "is_read_only": self.is_read_only,
        }


def remote_tools(told: Iterable[Mapping[str, Any]]) -> list[RemoteTool]:
    """What can be called of what a server lists; the rest is left out."""
    found: dict[str, RemoteTool] = {}
    for each in told:
        name, schema = each.get("name"), _portable(each.get("inputSchema"))
        if not isinstance(name, str) or not 0 < len(name) <= 200 or not _clean(name).isprintable() or name in found:
            continue
        if not isinstance(schema, dict) or len(json.dumps(schema)) > _MOST_SCHEMA:
            schema = {}
        hints = each.get("annotations")
        hints = hints if isinstance(hints, dict) else {}
        title = each.get("title") or hints.get("title")
        found[name] = RemoteTool(
            _clean(name),
            _clean(title)[:200] if isinstance(title, str) else "",
            _clean(str(each.get("description") or ""))[:_MOST_DESCRIPTION],
            _schema(schema),
            hints.get("readOnlyHint") is True,
        )
    return list(found.values())


def name_for(server: str, tool: str, taken: Iterable[str]) -> str:
    """What a model calls it by: unlike any in `taken`, and in letters that every provider takes."""
    known = set(taken)
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", f"{server}_{tool}")[:_LONGEST_NAME]
    names = (f"{plain[: _LONGEST_NAME - 4]}_{number}" for number in range(2, len(known) + 3))
    return plain if plain not in known else next(name for name in names if name not in known)


def touched(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """What a call is about, for rules: every text in its arguments; `*` where there is none."""
    found = list(dict.fromkeys(text[:_LONGEST_PATTERN] for text in _texts(arguments) if text.strip()))
    if len(found) > _MOST_PATTERNS:
        return (*found[:_MOST_PATTERNS], "*")
    return tuple(found) or ("*",)


def outcome(result: Mapping[str, Any]) -> tuple[str, bool]:
    """What came of a call, as a model is told it, and whether it failed."""
    content = result.get("content")
    parts = [_in_words(each) for each in content if isinstance(each, dict)] if isinstance(content, list) else []
    if not any(parts) and isinstance(result.get("structuredContent"), dict):
        parts = [json.dumps(result["structuredContent"], ensure_ascii=False)]
    return "\n\n".join(part for part in parts if part) or "(nothing)", result.get("isError") is True


def _in_words(part: Mapping[str, Any]) -> str:
    kind, text = part.get("type"), part.get("text")
    if kind == "text":
        return text if isinstance(text, str) else ""
    if kind == "resource" and isinstance(part.get("resource"), dict):
        resource = part["resource"]
        text = resource.get("text")
        return f"[{resource.get('uri')}]\n{text}" if isinstance(text, str) else f"[{resource.get('uri')}, not a text]"
    if kind == "resource_link":
        return f"[{part.get('name')}: {part.get('uri')}]"
    size = len(part["data"]) * 3 // 4 if isinstance(part.get("data"), str) else 0
    return f"[{kind}: {part.get('mimeType')}, {size:,} bytes, which cannot be shown here]"


def _schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Some providers take no `$schema`, and all want an object."""
    if schema.get("type") != "object":
        return _NO_ARGUMENTS
    kept = {name: value for name, value in schema.items() if name != "$schema"}
    return kept if isinstance(kept.get("properties"), dict) else {**kept, "properties": {}}


def _portable(value: Any, depth: int = 0) -> Any:
    """JSON as every provider's reader takes it: no halves of characters, no number that is none, and not too deep."""
    if isinstance(value, str):
        return _clean(value)
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {_clean(name): _portable(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_portable(each, depth + 1) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if isinstance(value, int) and abs(value) > _MOST_INTEGER else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
