"""Events: server-sent events in and out, for the translators of streams."""

from typing import Any, Protocol

import msgspec

from guildhall.edge import sse
from guildhall.edge.failures import UpstreamFailure


class Translator(Protocol):
    """Turns one stream's events, one by one, into those of another dialect."""

    is_over: bool
    """The answer has been closed or has failed: nothing may follow."""

    def event(self, payload: bytes) -> bytes:
        """What the data of one event becomes; possibly nothing. Raises `UpstreamFailure`."""

    def end(self) -> bytes:
        """What is still owed at the provider's end. Raises `UpstreamFailure` when the answer was not finished."""


class Stream:
    """A `StreamAdapter` around a translator."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._failure: UpstreamFailure | None = None

    def feed(self, events: bytes) -> bytes:
        """Whole events for the caller. A failure waits until what came before it has been passed on."""
        if self._failure is not None:
            raise self._failure
        passed: list[bytes] = []
        for event in sse.split(events):
            payload = sse.payload(event).strip()
            if not payload or self._translator.is_over:
                continue
            try:
                passed.append(self._translator.event(payload))
            except UpstreamFailure as failure:
                self._failure = failure
                break
        whole = b"".join(passed)
        if self._failure is not None and not whole:
            raise self._failure
        return whole

    def close(self) -> bytes:
        """What is still owed when the provider has ended its answer properly. Raises `UpstreamFailure`."""
        if self._failure is not None:
            raise self._failure
        return b"" if self._translator.is_over else self._translator.end()


def write(body: dict[str, Any]) -> bytes:
    """An event without a name, as chat completions have them."""
    return b"data: " + _line(body) + b"\n\n"


def write_named(body: dict[str, Any]) -> bytes:
    """An event named by its type, as Anthropic and the Responses API have them."""
    name: str = body["type"]
    return b"event: " + name.encode() + b"\ndata: " + _line(body) + b"\n\n"


def _line(body: dict[str, Any]) -> bytes:
    """On one line: what is passed on unread may have been written on several."""
    line = msgspec.json.encode(body)
    return line.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in line or b"\r" in line else line
