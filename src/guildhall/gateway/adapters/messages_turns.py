"""Anthropic's system prompt and turns as a chat's messages.

A turn of the user may hold tool results and words: the results become messages of their own and come first, as they do
in Anthropic's order, and their pictures stand with the words, because a chat's tool result is text. The text blocks of
a turn become one text, unless a picture or a mark of the cache wants them apart.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from guildhall.gateway.adapters import keepsakes, reading
from guildhall.gateway.adapters.messages_request import Block, MessagesRequest, Turn
from guildhall.gateway.adapters.pictures import Inside
from guildhall.gateway.adapters.vocabulary import Vocabulary

Message = dict[str, Any]
_BETWEEN = "\n\n"


def messages(request: MessagesRequest, known: Vocabulary) -> list[Message]:
    """The messages of a chat completion. Raises `BadRequestError`."""
    written: list[Message] = []
    system = request.system
    if isinstance(system, str) and system:
        written.append({"role": "system", "content": system})
    elif isinstance(system, list) and system:
        written.append({"role": "system", "content": _content(system, "system", known)})
    for number, turn in enumerate(request.messages):
        written += _turn(turn, f"messages[{number}].content", known)
    return written


def _turn(turn: Turn, where: str, known: Vocabulary) -> Iterator[Message]:
    if turn.role == "assistant":
        yield _assistant(turn.blocks, where, known)
        return
    if turn.role == "system":
        yield {"role": "system", "content": _content(turn.blocks, where, known)}
        return
    words: list[tuple[Block, str]] = []
    for number, block in enumerate(turn.blocks):
        place = f"{where}[{number}]"
        if block.type != "tool_result":
            words.append((block, place))
            continue
        pictures = [(b, p) for b, p in _inner(block, place) if _is_picture(b)]
        yield _result(block, place, known, has_pictures=bool(pictures))
        words += pictures
    if words or not turn.blocks:
        yield {"role": "user", "content": _parts(words, known)}


def _result(block: Block, where: str, known: Vocabulary, *, has_pictures: bool) -> Message:
    if block.tool_use_id is None:
        raise reading.invalid(f"{where}.tool_use_id", "must be given")
    inner = _inner(block, where)
    texts = [_text(b, p) for b, p in inner if not _is_picture(b)]
    content = _BETWEEN.join(texts)
    if has_pictures and not content:
        content = "The result follows as a picture."
    message: Message = {"role": "tool", "tool_call_id": block.tool_use_id, "content": content}
    if block.is_error and known.extensions:
        message["is_error"] = True
    elif block.is_error:
        message["content"] = f"Error: {content}"
    return message


def _inner(block: Block, where: str) -> list[tuple[Block, str]]:
    """The blocks inside a tool result."""
    if isinstance(block.content, str):
        return [(Block(type="text", text=block.content), f"{where}.content")]
    return [(inner, f"{where}.content[{n}]") for n, inner in enumerate(block.content or [])]


def _assistant(blocks: Sequence[Block], where: str, known: Vocabulary) -> Message:
    message: Message = {"role": "assistant", "content": None}
    texts, thoughts, signed, calls = [], [], [], []
    extras: dict[str | None, Any] = {}
    for number, block in enumerate(blocks):
        keepsake = keepsakes.unwrap(block.data or "") if block.type == "redacted_thinking" else None
        if keepsake is not None:
            extras |= keepsakes.by_call(keepsake)
        elif block.type in {"thinking", "redacted_thinking"}:
            thoughts.append(block.thinking or "")
            signed += _signed(block)
        elif block.type == "tool_use":
            calls.append(_call(block, f"{where}[{number}]"))
        else:
            texts.append(_text(block, f"{where}[{number}]"))
    message["content"] = "".join(texts) if texts or not calls else None
    reasoning = _BETWEEN.join(filter(None, thoughts))
    if reasoning:
        message["reasoning_content"] = reasoning
    if signed and known.extensions:
        message["thinking_blocks"] = signed
    if calls:
        message["tool_calls"] = [_with_extra(call, extras) for call in calls]
    return {**message, "extra_content": extras[None]} if None in extras else message


def _signed(block: Block) -> list[dict[str, Any]]:
    if block.type == "redacted_thinking":
        return [{"type": block.type, "data": block.data}] if block.data else []
    if not block.signature:
        return []
    return [{"type": block.type, "thinking": block.thinking or "", "signature": block.signature}]


def _call(block: Block, where: str) -> dict[str, Any]:
    if block.id is None or block.name is None:
        raise reading.invalid(where, "must have an id and a name")
    arguments = reading.written(block.input or {})
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": arguments}}


def _with_extra(call: dict[str, Any], extras: dict[str | None, Any]) -> dict[str, Any]:
    extra = extras.get(call["id"])
    return call if extra is None else {**call, "extra_content": extra}


def _content(blocks: Sequence[Block], where: str, known: Vocabulary) -> str | list[dict[str, Any]]:
    return _parts([(block, f"{where}[{n}]") for n, block in enumerate(blocks)], known)


def _parts(words: Sequence[tuple[Block, str]], known: Vocabulary) -> str | list[dict[str, Any]]:
    parts = [_part(block, place, known) for block, place in words]
    if all(part.keys() == {"type", "text"} for part in parts):
        return _BETWEEN.join(part["text"] for part in parts)
    return parts


def _part(block: Block, where: str, known: Vocabulary) -> dict[str, Any]:
    part: dict[str, Any]
    if block.type == "image":
        part = {"type": "image_url", "image_url": {"url": _url(block, where)}}
    elif _is_picture(block):
        part = {"type": "file", "file": {"filename": block.title or "document.pdf", "file_data": _inside(block, where)}}
    else:
        part = {"type": "text", "text": _text(block, where)}
    if block.cache_control is not None and known.extensions:
        part["cache_control"] = block.cache_control
    return part


def _text(block: Block, where: str) -> str:
    text = block.text
    if block.type == "document" and _is_plain(block):
        text = block.source.data if not isinstance(block.source, str) and block.source else None
    elif block.type != "text":
        raise reading.unsupported(f"{where}.type")
    if text is None:
        raise reading.invalid(f"{where}.text", "must be text")
    return text


def _is_picture(block: Block) -> bool:
    """Or any other document that is not plain text."""
    return block.type == "image" or (block.type == "document" and not _is_plain(block))


def _is_plain(block: Block) -> bool:
    return block.source is not None and not isinstance(block.source, str) and block.source.type == "text"


def _url(block: Block, where: str) -> str:
    source = block.source
    if source is not None and not isinstance(source, str) and source.type == "url" and source.url is not None:
        return source.url
    return _inside(block, where)


def _inside(block: Block, where: str) -> str:
    source = block.source
    if source is None or isinstance(source, str) or source.type != "base64":
        raise reading.unsupported(f"{where}.source")
    if source.media_type is None or source.data is None:
        raise reading.invalid(f"{where}.source", "must have a media_type and data")
    return Inside(source.media_type, source.data).url
