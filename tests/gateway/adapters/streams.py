"""Streams: write a provider's events, carry them through an adapter in pieces, and read what the caller gets."""

import json
from collections.abc import Iterable
from typing import Any

from guildhall.edge.adapter import StreamAdapter

DONE = b"data: [DONE]\n\n"


def unnamed(*bodies: Any) -> list[bytes]:
    """Events of chat completions."""
    return [b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n" for body in bodies]


def named(*bodies: dict[str, Any]) -> list[bytes]:
    """Events of Anthropic's."""
    return [f"event: {body['type']}\n".encode() + unnamed(body)[0] for body in bodies]


def network(*bodies: Any) -> list[bytes]:
    """Events with the line ends of Google's."""
    return [event.replace(b"\n", b"\r\n") for event in unnamed(*bodies)]


def carried(stream: StreamAdapter, events: Iterable[bytes]) -> bytes:
    """All that the caller gets, when the events come one by one with nothing in between."""
    passed = [stream.feed(piece) for event in events for piece in (event, b"")]
    return b"".join(passed) + stream.close()


def told(answer: bytes) -> list[dict[str, Any]]:
    """The bodies of events, which must each be whole, on one line and named by their type if they are named."""
    assert answer.endswith(b"\n\n")
    bodies = []
    for event in answer.removesuffix(b"\n\n").split(b"\n\n"):
        *names, line = event.split(b"\n")
        assert line.startswith(b"data: ")
        if line == b"data: [DONE]":
            bodies.append({"type": "[DONE]"})
            continue
        body = json.loads(line.removeprefix(b"data: "))
        assert names in ([], [b"event: " + str(body.get("type")).encode()])
        bodies.append(body)
    return bodies
