"""Contents: a chat's messages as Gemini's system instruction and contents.

Gemini signs its thoughts (`thoughtSignature`), and since Gemini 3 it refuses tool calls of the present turn that come
back unsigned. A signature travels through chat completions where Google's own layer for OpenAI's callers puts it: in
`extra_content.google.thought_signature`, of the tool call or of the message. Calls that another model made have none:
they carry the word that Google has for these.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from guildhall.gateway.adapters import gemini, pictures, reading
from guildhall.gateway.adapters.chat_request import Message, Part, ToolCall

Content = dict[str, Any]
_UNSIGNED = "skip_thought_signature_validator"
_MEDIA_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif",
    "heic": "image/heic", "heif": "image/heif", "pdf": "application/pdf",
}  # fmt: skip


def contents(messages: Sequence[Message], model: str) -> tuple[list[Content], list[Content]]:
    """The parts of the system instruction, and the contents. Raises `BadRequestError`."""
    system: list[Content] = []
    taken: list[tuple[str, list[Content]]] = []
    names: dict[str, str] = {}
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if message.role in {"system", "developer"}:
            system += _texts(message, where)
            continue
        parts = _parts(message, where, names)
        if parts and taken and taken[-1][0] == message.role:
            taken[-1][1].extend(parts)
        elif parts:
            taken.append((message.role, parts))
    if gemini.wants_signatures(model):
        _mark_unsigned(taken)
    return system, [{"role": "model" if role == "assistant" else "user", "parts": parts} for role, parts in taken]


def _parts(message: Message, where: str, names: dict[str, str]) -> list[Content]:
    if message.role == "user":
        return _words(message, where)
    if message.role == "tool":
        return [_result(message, where, names)]
    if message.role == "function":
        raise reading.unsupported(f"{where}.role")
    texts = _texts(message, where)
    if message.refusal:
        texts.append({"text": message.refusal})
    signature = message.extra_content.signature if message.extra_content else None
    if signature:
        texts = [*texts[:-1], {**(texts[-1] if texts else {"text": ""}), "thoughtSignature": signature}]
    calls = []
    for number, call in enumerate(message.tool_calls or []):
        calls.append(_call(call, f"{where}.tool_calls[{number}]"))
        names[call.id] = calls[-1]["functionCall"]["name"]
    return [*texts, *calls]


def _call(call: ToolCall, where: str) -> Content:
    if call.function is None:
        raise reading.unsupported(where)
    arguments = reading.json_object(call.function.arguments)
    if arguments is None:
        raise reading.invalid(f"{where}.function.arguments", "must be a JSON object, written as text")
    part: Content = {"functionCall": {"id": call.id, "name": call.function.name, "args": arguments}}
    signature = call.extra_content.signature if call.extra_content else None
    return {**part, "thoughtSignature": signature} if signature else part


def _result(message: Message, where: str, names: dict[str, str]) -> Content:
    call_id = message.tool_call_id or ""
    name = names.get(call_id) or message.name
    if name is None:
        raise reading.invalid(f"{where}.tool_call_id", "must name a tool call that came before")
    text = "\n\n".join(part["text"] for part in _texts(message, where))
    response = {"error" if message.is_error else "output": text}
    return {"functionResponse": {"id": call_id, "name": name, "response": response}}


def _texts(message: Message, where: str) -> list[Content]:
    for number, part in enumerate(message.parts):
        if part.type not in {"text", "refusal"}:
            raise reading.unsupported(f"{where}.content[{number}].type")
    return _words(message, where)


def _words(message: Message, where: str) -> list[Content]:
    parts = (_part(part, f"{where}.content[{n}]") for n, part in enumerate(message.parts))
    return [part for part in parts if part is not None]


def _part(part: Part, where: str) -> Content | None:
    if part.type in {"text", "refusal"}:
        text = part.text if part.type == "text" else part.refusal
        if text is None:
            raise reading.invalid(f"{where}.{part.type}", "must be text")
        return {"text": text} if text else None
    if part.type == "image_url" and part.image_url is not None:
        return _picture(part.image_url.url, f"{where}.image_url.url")
    if part.type == "file" and part.file is not None and part.file.file_data is not None:
        return _picture(part.file.file_data, f"{where}.file.file_data")
    if part.type == "input_audio" and part.input_audio is not None:
        audio = part.input_audio
        return {"inlineData": {"mimeType": f"audio/{audio.format}", "data": audio.data}}
    raise reading.unsupported(where)


def _picture(url: str, param: str) -> Content:
    picture = pictures.read(url, param)
    if isinstance(picture, pictures.Inside):
        return {"inlineData": {"mimeType": picture.media_type, "data": picture.base64}}
    ending = picture.url.partition("?")[0].rpartition(".")[2].lower()
    media_type = _MEDIA_TYPES.get(ending)
    return {"fileData": {"fileUri": picture.url, **({"mimeType": media_type} if media_type else {})}}


def _mark_unsigned(taken: Iterable[tuple[str, list[Content]]]) -> None:
    """Only the first of parallel calls is ever signed. Older turns are not looked at: there it does no harm."""
    for _, parts in taken:
        first = next((part for part in parts if "functionCall" in part), None)
        if first is not None:
            first.setdefault("thoughtSignature", _UNSIGNED)
