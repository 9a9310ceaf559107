"""Uploads: a caller's multipart form on its way to a provider, of which only the beginning is ever held."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from guildhall.core.errors import BadRequestError, TooLargeError
from guildhall.edge.answer import Headers, header
from guildhall.edge.multipart import Form, boundary_of
from guildhall.edge.visit import CallerGoneError, RequestTimeoutError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_MOST_HELD_BYTES = 1024 * 1024
_PIECE_SECONDS = 60.0


def is_form(headers: Headers) -> bool:
    """Whether a request is written as a form."""
    return header(headers, b"content-type").lower().startswith(b"multipart/")


class Upload:
    """One form. `begin` finds its model; then it can be sent once, or again and again while it is held whole."""

    def __init__(self, headers: Headers, receive: Receive, limit: int) -> None:
        """`limit` is how many bytes it may have."""
        self._content_type = header(headers, b"content-type")
        length = header(headers, b"content-length")
        self._length = int(length) if length.isdigit() else None
        self._receive = receive
        self._limit = limit
        self._received = 0
        self._held = b""
        self._form = Form(b"")  # until `begin` knows the boundary
        self.is_over = False
        """All of it has arrived."""

    @property
    def is_held(self) -> bool:
        """Whether it can be sent more than once."""
        return self.is_over and len(self._held) == self._received

    async def begin(self) -> str:
        """The model that it is for. Raises `AppError`, `CallerGoneError`."""
        self._form = form = Form(boundary_of(self._content_type))
        if (self._length or 0) > self._limit:
            raise self._too_large()
        held = []
        while form.model is None:
            if self.is_over:
                form.close()
            if self._received > _MOST_HELD_BYTES:
                raise BadRequestError(
                    "missing_field", "The part `model` must come before the files: it is not in the first megabyte.",
                    param="model",
                )  # fmt: skip
            held.append(await self._piece())
        if not self.is_over and self._length is not None and self._length <= _MOST_HELD_BYTES:
            while not self.is_over:
                held.append(await self._piece())
        self._held = b"".join(held)
        return form.model

    def framing(self, model: str) -> bytes:
        """The header lines that tell how it is written, for a provider who calls the model `model`."""
        if self._length is None:
            measure = b"transfer-encoding: chunked"
        else:
            start, end = self._form.span
            measure = b"content-length: %d" % (self._length + len(model.encode()) - (end - start))
        return b"content-type: %b\r\n%b\r\n\r\n" % (self._content_type, measure)

    def first(self, model: str) -> bytes:
        """What is held of it, with the model as the provider calls it."""
        start, end = self._form.span
        return self._framed(self._held[:start] + model.encode() + self._held[end:]) + self._end

    async def rest(self) -> AsyncIterator[bytes]:
        """All that is not held, as it arrives. Raises `AppError`, `CallerGoneError`."""
        while not self.is_over:
            piece = await self._piece()
            yield (self._framed(piece) if piece else b"") + self._end

    @property
    def _end(self) -> bytes:
        """What is sent behind the last piece."""
        return b"0\r\n\r\n" if self._length is None and self.is_over else b""

    def _framed(self, data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data) if self._length is None else data

    async def _piece(self) -> bytes:
        try:
            async with asyncio.timeout(_PIECE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeoutError("request_timeout", "The request took too long to arrive.") from None
        if message["type"] == "http.disconnect":
            raise CallerGoneError
        piece: bytes = message.get("body", b"")
        self._received += len(piece)
        if self._received > self._limit:
            raise self._too_large()
        self._form.feed(piece)
        if not message.get("more_body"):
            self.is_over = True
            self._form.close()
        return piece

    def _too_large(self) -> TooLargeError:
        return TooLargeError("request_too_large", f"The request body is larger than {self._limit} bytes.")
