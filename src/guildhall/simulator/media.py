"""Media: tiny pictures, short sounds and what was heard in them, all made up on the spot."""

import base64
import math
import struct
import zlib
from typing import Any, NamedTuple

import msgspec
import orjson

from guildhall.simulator import answers

PATHS = frozenset({
    "/v1/images/generations", "/v1/images/edits", "/v1/images/variations",
    "/v1/audio/speech", "/v1/audio/transcriptions", "/v1/audio/translations",
})  # fmt: skip
_MOST_PICTURES = 10
_RATE = 8000
_SECONDS = 0.25


class Answer(NamedTuple):
    """A body and what it is."""

    kind: bytes
    body: bytes


def answer(path: str, content_type: str, body: bytes) -> Answer:
    """The answer to a request, in JSON or as a form. Raises `msgspec.DecodeError`, `KeyError` without a model."""
    is_form = content_type.startswith("multipart/form-data")
    fields = _form(content_type, body) if is_form else msgspec.json.decode(body, type=dict[str, Any])
    if not str(fields["model"]).startswith("simulated"):
        raise KeyError("model")
    if path.startswith("/v1/images/"):
        return _pictures(fields)
    if path == "/v1/audio/speech":
        return Answer(b"audio/wav", _sound())
    return _heard(fields, len(body))


def _pictures(fields: dict[str, Any]) -> Answer:
    number = min(max(1, int(fields.get("n") or 1)), _MOST_PICTURES)
    read = answers.count(str(fields.get("prompt", "")))
    usage = {"input_tokens": read, "output_tokens": 16 * number, "total_tokens": read + 16 * number}
    picture = base64.b64encode(_png(len(str(fields.get("prompt", ""))) % 256)).decode()
    if fields.get("stream") in {True, "true"}:
        event = {"type": "image_generation.completed", "b64_json": picture, "usage": usage}
        return Answer(
            b"text/event-stream", b"event: image_generation.completed\ndata: " + orjson.dumps(event) + b"\n\n"
        )
    body = {"created": 1_760_000_000, "data": [{"b64_json": picture}] * number, "usage": usage}
    return Answer(b"application/json", orjson.dumps(body))


def _heard(fields: dict[str, Any], size: int) -> Answer:
    text = f"Simulated transcription by {fields['model']} of {len(fields.get('file') or b'')} bytes."
    counts = {"input_tokens": max(1, size // 1000), "output_tokens": answers.count(text)}
    usage = {"type": "tokens", **counts, "total_tokens": sum(counts.values())}
    if fields.get("stream") == "true":
        pieces = [{"type": "transcript.text.delta", "delta": piece} for piece in answers.pieces(text)]
        events = [*pieces, {"type": "transcript.text.done", "text": text, "usage": usage}]
        return Answer(b"text/event-stream", b"".join(b"data: " + orjson.dumps(each) + b"\n\n" for each in events))
    if fields.get("response_format") == "text":
        return Answer(b"text/plain; charset=utf-8", text.encode())
    return Answer(b"application/json", orjson.dumps({"text": text, "usage": usage}))


def _png(shade: int) -> bytes:
    """Eight by eight grey dots."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _sound() -> bytes:
    """A short, low tone."""
    tone = [int(8000 * math.sin(2 * math.pi * 220 * n / _RATE)) for n in range(int(_RATE * _SECONDS))]
    samples = struct.pack(f"<{len(tone)}h", *tone)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, _RATE, _RATE * 2,
                       2, 16, b"data", len(samples))  # fmt: skip
    return head + samples


def _form(content_type: str, body: bytes) -> dict[str, Any]:
    """Fields as text, files as bytes."""
    _, _, boundary = content_type.partition("boundary=")
    fields: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.strip('"').encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        _, _, named = head.decode("utf-8", "replace").partition('name="')
        is_file = "filename=" in named
        fields[named.partition('"')[0].removesuffix("[]")] = content if is_file else content.decode("utf-8", "replace")
    return fields
