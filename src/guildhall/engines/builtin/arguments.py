"""Arguments: what a model wrote as a tool's arguments, as JSON that everybody can take. Pure."""

import json
from typing import Any

UNREADABLE = "unreadable_json"
_MOST = 2**53  # beyond it, JSON's readers disagree


def arguments_of(written: str | object) -> dict[str, Any]:
    """A JSON object; what is none stands under `UNREADABLE`, as it was written."""
    try:
        found = json.loads(written or "{}") if isinstance(written, str) else (written or {})
        if isinstance(found, dict):
            taken: dict[str, Any] = _clean(found)
            return taken
    except (ValueError, RecursionError):
        pass
    return {UNREADABLE: _clean(str(written))}


def cleaned(text: str) -> str:
    """Without NUL and halves of characters."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _clean(value: Any) -> Any:
    """Without what a database, a browser or another model could not take: NUL, halves of characters, huge numbers."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    is_odd = isinstance(value, (int, float)) and not abs(value) <= _MOST  # which NaN is not either
    return str(value) if is_odd else value
