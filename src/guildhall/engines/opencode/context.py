"""Context: what was said and done before, in words, for a conversation that opencode does not remember. Pure."""

import hashlib
import json
from collections.abc import Sequence

from guildhall.engines.api import Spoken, ToolUse

_LONGEST_OUTPUT = 4_000
_LONGEST = 200_000
_OPENING = "What was said and done before, for you to go on from. The person sees it already.\n\n"
_CUT_OFF = (
    "You were cut off in the middle of your answer to this. What you had said and done is below: go on from there, and"
    " do nothing twice. A call marked `waiting` had not been made: make it again, exactly as it was, if it is needed."
    "\n\n"
)


def fingerprint(history: Sequence[Spoken], last_turn: str | None) -> str:
    """Tells whether what the person has said is what opencode was told, and the turn that answered last its own."""
    said = [[spoken.text, *_digests(spoken)] for spoken in history if spoken.role == "user"]
    return hashlib.sha256(json.dumps([last_turn, *said]).encode()).hexdigest()


def _digests(spoken: Spoken) -> list[str]:
    return [hashlib.sha256(picture.content).hexdigest() for picture in spoken.pictures]


def told(history: Sequence[Spoken]) -> str:
    """A conversation as one text; of a long one, its end. Empty when there was none."""
    if not history:
        return ""
    text = "\n\n".join(f"<{spoken.role}>\n{_body(spoken.parts)}\n</{spoken.role}>" for spoken in history)
    return _OPENING + text[-_LONGEST:]


def resumed(question: str, begun: Sequence[str | ToolUse]) -> str:
    """A question whose answer was cut off, with what there is of it."""
    return f"{question}\n\n{_CUT_OFF}<answer>\n{_body(begun)}\n</answer>"


def _body(parts: Sequence[str | ToolUse]) -> str:
    return "\n".join(part if isinstance(part, str) else _call(part) for part in parts)


def _call(use: ToolUse) -> str:
    output = use.output if len(use.output) <= _LONGEST_OUTPUT else f"{use.output[:_LONGEST_OUTPUT]}\n[…]"
    arguments = json.dumps(dict(use.arguments), ensure_ascii=False)
    return f'<call tool="{use.name}" status="{use.status}">\n{arguments}\n{output}\n</call>'
