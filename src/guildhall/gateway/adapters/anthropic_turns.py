"""Turns: a chat's messages as Anthropic's system prompt and alternating turns.

Messages of one role that follow each other become one turn, so that the results of parallel tool calls stand together,
as Anthropic wants them. Thinking goes back only as the signed blocks that came with it. Empty texts are left out:
Anthropic refuses them.
"""

import re
from collections.abc import Sequence
from typing import Any

from guildhall.gateway.adapters import pictures, reading
from guildhall.gateway.adapters.chat_request import Message, Part, ToolCall

Block = dict[str, Any]
_FOREIGN = re.compile(r"[^a-zA-Z0-9_-]")


def turns(messages: Sequence[Message]) -> tuple[list[Block], list[dict[str, Any]]]:
    """The blocks of the system prompt, and the turns. Raises `BadRequestError`."""
    system: list[Block] = []
    taken: list[dict[str, Any]] = []
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if message.role in {"system", "developer"}:
            system += _texts(message, where)
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message, where)
        if blocks and taken and taken[-1]["role"] == role:
            taken[-1]["content"] += blocks
        elif blocks:
            taken.append({"role": role, "content": blocks})
    return system, taken


def _blocks(message: Message, where: str) -> list[Block]:
    if message.role == "assistant":
        return _assistant(message, where)
    if message.role == "tool":
        return [_result(message, where)]
    if message.role == "function":
        raise reading.unsupported(f"{where}.role")
    return _contents(message, where)


def _assistant(message: Message, where: str) -> list[Block]:
    thinking: list[Any] = [block for block in message.thinking_blocks or [] if block.is_signed]
    refusal = [_text(message.refusal)] if message.refusal else []
    calls = [_call(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(message.tool_calls or [])]
    return [*thinking, *_texts(message, where), *refusal, *calls]


def _call(call: ToolCall, where: str) -> Block:
    if call.function is None:
        raise reading.unsupported(where)
    arguments = reading.json_object(call.function.arguments)
    if arguments is None:
        raise reading.invalid(f"{where}.function.arguments", "must be a JSON object, written as text")
    return {"type": "tool_use", "id": _own_id(call.id), "name": call.function.name, "input": arguments}


def _result(message: Message, where: str) -> Block:
    if message.tool_call_id is None:
        raise reading.invalid(f"{where}.tool_call_id", "must name the tool call that this is the result of")
    result: Block = {"type": "tool_result", "tool_use_id": _own_id(message.tool_call_id)}
    content = message.content if isinstance(message.content, str) else _contents(message, where)
    if content:
        result["content"] = content
    if message.is_error:
        result["is_error"] = True
    return result


def _texts(message: Message, where: str) -> list[Block]:
    for number, part in enumerate(message.parts):
        if part.type not in {"text", "refusal"}:
            raise reading.unsupported(f"{where}.content[{number}].type")
    return _contents(message, where)


def _contents(message: Message, where: str) -> list[Block]:
    blocks = []
    for number, part in enumerate(message.parts):
        block = _content(part, f"{where}.content[{number}]")
        if block is None:
            continue
        if part.cache_control is not None:
            block["cache_control"] = part.cache_control
        blocks.append(block)
    return blocks


def _content(part: Part, where: str) -> Block | None:
    if part.type in {"text", "refusal"}:
        text = part.text if part.type == "text" else part.refusal
        if text is None:
            raise reading.invalid(f"{where}.{part.type}", "must be text")
        return _text(text) if text.strip() else None
    if part.type == "image_url" and part.image_url is not None:
        return {"type": "image", "source": _source(part.image_url.url, f"{where}.image_url.url")}
    if part.type == "file" and part.file is not None and part.file.file_data is not None:
        document: Block = {"type": "document", "source": _source(part.file.file_data, f"{where}.file.file_data")}
        return {**document, "title": part.file.filename} if part.file.filename else document
    raise reading.unsupported(where)


def _source(url: str, param: str) -> Block:
    picture = pictures.read(url, param)
    if isinstance(picture, pictures.Elsewhere):
        return {"type": "url", "url": picture.url}
    return {"type": "base64", "media_type": picture.media_type, "data": picture.base64}


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _own_id(call_id: str) -> str:
    """Other providers put dots and colons into the ids of tool calls, which Anthropic refuses."""
    return _FOREIGN.sub("_", call_id)
