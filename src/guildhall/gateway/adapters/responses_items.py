"""The items of a Responses request as a chat's messages.

What the model put out one after the other (reasoning, words, function calls) becomes one assistant's message, because
chat wants the results of calls right behind it. Pictures in the output of a function stand in a user's message after
it, because a chat's tool result is text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guildhall.gateway.adapters import keepsakes, reading
from guildhall.gateway.adapters.chat_request import ThinkingBlock
from guildhall.gateway.adapters.responses_request import Item, Part, ResponsesRequest
from guildhall.gateway.adapters.vocabulary import Vocabulary

Message = dict[str, Any]
_BETWEEN = "\n\n"
_TEXTS = frozenset({"input_text", "output_text", "text", "summary_text", "reasoning_text"})
_PICTURES = frozenset({"input_image", "input_file"})


def messages(request: ResponsesRequest, known: Vocabulary) -> list[Message]:
    """The messages of a chat completion. Raises `BadRequestError`."""
    written: list[Message] = []
    if request.instructions:
        written.append({"role": "system", "content": request.instructions})
    if isinstance(request.input, str):
        return [*written, {"role": "user", "content": request.input}]
    said, pictures = _Said(), list[dict[str, Any]]()
    for number, item in enumerate(request.input):
        where = f"input[{number}]"
        is_output = item.type == "function_call_output"
        if pictures and not is_output:
            written.append({"role": "user", "content": pictures})
            pictures = []
        if said.take(item, where):
            continue
        written += said.message(known)
        said = _Said()
        if is_output:
            written.append(_result(item, where))
            pictures += _pictures(item, where)
        else:
            written.append(_message(item, where))
    pictured = [{"role": "user", "content": pictures}] if pictures else []
    return [*written, *said.message(known), *pictured]


@dataclass(slots=True)
class _Said:
    """What the assistant said in a row."""

    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    blocks: list[ThinkingBlock] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    extras: dict[str | None, Any] = field(default_factory=dict)

    def take(self, item: Item, where: str) -> bool:
        """Whether the item belongs to it."""
        if item.type == "reasoning":
            self._think(item, where)
        elif item.type == "function_call":
            self.calls.append(_call(item, where))
        elif item.type in {None, "message"} and item.role == "assistant":
            self.texts.append("".join(_text(part, place) for part, place in _parts(item.content, f"{where}.content")))
        else:
            return False
        return True

    def message(self, known: Vocabulary) -> list[Message]:
        """All of it as one message; none when nothing was said."""
        if not (self.texts or self.thoughts or self.blocks or self.calls):
            return []
        message: Message = {"role": "assistant", "content": _BETWEEN.join(self.texts)}
        if not self.texts and self.calls:
            message["content"] = None
        if self.thoughts:
            message["reasoning_content"] = _BETWEEN.join(self.thoughts)
        if self.blocks and known.extensions:
            message["thinking_blocks"] = self.blocks
        if self.calls:
            message["tool_calls"] = [_with_extra(call, self.extras) for call in self.calls]
        return [{**message, "extra_content": self.extras[None]} if None in self.extras else message]

    def _think(self, item: Item, where: str) -> None:
        content = _parts(item.content, f"{where}.content") or _parts(item.summary, f"{where}.summary")
        text = _BETWEEN.join(_text(part, place) for part, place in content)
        if text:
            self.thoughts.append(text)
        keepsake = keepsakes.unwrap(item.encrypted_content or "")
        if keepsake is not None:
            self.blocks += keepsake.thinking_blocks
            self.extras |= keepsakes.by_call(keepsake)


def _message(item: Item, where: str) -> Message:
    if item.type not in {None, "message"}:
        raise reading.unsupported(f"{where}.type")
    if item.role is None:
        raise reading.invalid(f"{where}.role", "must be given")
    if item.content is None:
        raise reading.invalid(f"{where}.content", "must be given")
    # Only OpenAI knows the developer's role, and to it the two are the same.
    role = "system" if item.role == "developer" else item.role
    parts = [_part(part, place) for part, place in _parts(item.content, f"{where}.content")]
    if all(part["type"] == "text" for part in parts):
        return {"role": role, "content": _BETWEEN.join(part["text"] for part in parts)}
    return {"role": role, "content": parts}


def _call(item: Item, where: str) -> dict[str, Any]:
    if item.call_id is None or item.name is None or item.arguments is None:
        raise reading.invalid(where, "must have a call_id, a name and arguments")
    return {"id": item.call_id, "type": "function", "function": {"name": item.name, "arguments": item.arguments}}


def _with_extra(call: dict[str, Any], extras: dict[str | None, Any]) -> dict[str, Any]:
    extra = extras.get(call["id"])
    return call if extra is None else {**call, "extra_content": extra}


def _result(item: Item, where: str) -> Message:
    if item.call_id is None or item.output is None:
        raise reading.invalid(where, "must have a call_id and an output")
    parts = _parts(item.output, f"{where}.output")
    text = _BETWEEN.join(_text(part, place) for part, place in parts if part.type not in _PICTURES)
    if not text and parts:
        text = "The result follows as a picture."
    return {"role": "tool", "tool_call_id": item.call_id, "content": text}


def _pictures(item: Item, where: str) -> list[dict[str, Any]]:
    parts = _parts(item.output, f"{where}.output")
    return [_part(part, place) for part, place in parts if part.type in _PICTURES]


def _parts(content: str | Sequence[Part] | None, where: str) -> list[tuple[Part, str]]:
    if isinstance(content, str):
        return [(Part(type="text", text=content), where)] if content else []
    return [(part, f"{where}[{number}]") for number, part in enumerate(content or [])]


def _part(part: Part, where: str) -> dict[str, Any]:
    if part.type == "input_image" and part.image_url is not None:
        detail = {"detail": part.detail} if part.detail else {}
        return {"type": "image_url", "image_url": {"url": part.image_url, **detail}}
    if part.type == "input_file" and part.file_data is not None:
        return {"type": "file", "file": {"filename": part.filename or "document.pdf", "file_data": part.file_data}}
    return {"type": "text", "text": _text(part, where)}


def _text(part: Part, where: str) -> str:
    if part.type not in _TEXTS and part.type != "refusal":
        raise reading.unsupported(where)
    text = part.refusal if part.type == "refusal" else part.text
    if text is None:
        raise reading.invalid(where, "must have a text")
    return text
