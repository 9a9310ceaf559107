"""Retelling: a conversation as one text, for the model that sums it up. Pure."""

import json
from collections.abc import Sequence

from guildhall.engines.api import Spoken, ToolUse

_LONGEST_OUTPUT = 2_000
_LONGEST_ARGUMENTS = 1_000
_LEFT_OUT = "\n\n[… the middle is left out here, for want of room …]\n\n"


def retold(history: Sequence[Spoken], most_tokens: int) -> str:
    """What was said and done; of more than fits, the beginning and the end."""
    text = "\n\n".join(f"<{spoken.role}>\n{_body(spoken)}\n</{spoken.role}>" for spoken in history)
    tokens = tokens_of(text)
    if tokens <= most_tokens:
        return text
    kept = int(len(text) * most_tokens / tokens)
    return text[: kept // 4] + _LEFT_OUT + text[-(kept - kept // 4) :]


def tokens_of(text: str) -> int:
    """About how many tokens a text is: four letters of most alphabets to each, one sign of all others."""
    plain = len(text.encode("ascii", "ignore"))
    return plain // 4 + len(text) - plain


def _body(spoken: Spoken) -> str:
    parts = [part if isinstance(part, str) else _call(part) for part in spoken.parts]
    return "\n".join([*parts, *(f"[The picture {picture.name} was shown here.]" for picture in spoken.pictures)])


def _call(use: ToolUse) -> str:
    arguments = _cut(json.dumps(dict(use.arguments), ensure_ascii=False), _LONGEST_ARGUMENTS)
    return f'<call tool="{use.name}" status="{use.status}">\n{arguments}\n{_cut(use.output, _LONGEST_OUTPUT)}\n</call>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}\n[…]"
