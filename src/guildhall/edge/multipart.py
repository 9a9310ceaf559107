"""Multipart forms on their way through: which model they are for, found in what has arrived, and nothing kept of files.

A form names its model once. A second one would let a call be judged by one model and answered by another, so that all
of the form is looked through as it passes.
"""

import re
from typing import Literal

from guildhall.core.errors import BadRequestError

_BOUNDARY = re.compile(
    rb'multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)', re.IGNORECASE
)
_DISPOSITION = re.compile(rb"^content-disposition\s*:\s*form-data\s*;(.*)$", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(rb';\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))', re.IGNORECASE)
_MOST_HEADERS = 16 * 1024
_LONGEST_MODEL = 1000


def boundary_of(content_type: bytes) -> bytes:
    """What separates the parts. Raises `BadRequestError`."""
    found = _BOUNDARY.match(content_type)
    if found is None or not content_type.isascii() or content_type.lower().count(b"boundary=") > 1:
        raise broken("its Content-Type has no boundary, or several")
    return found[1] or found[2]


def broken(why: str) -> BadRequestError:
    """An error about a form."""
    return BadRequestError("invalid_multipart", f"The body is not a valid multipart form: {why}.")


class Form:
    """One form, read piece by piece."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._rest = b"\r\n"  # the first delimiter has no line before it
        self._offset = -2  # of the rest, in the whole form
        self._place: Literal["outside", "after", "headers", "content"] = "outside"
        self._is_model = False
        self.model: str | None = None
        self.span = (0, 0)
        """Where the model's name begins and ends."""
        self.is_over = False

    def feed(self, data: bytes) -> None:
        """More of the form. Raises `BadRequestError`."""
        self._rest += data
        while not self.is_over and self._step():
            pass
        if self.is_over:
            self._rest = b""

    def close(self) -> None:
        """The body has ended. Raises `BadRequestError` when the form has not."""
        if not self.is_over:
            raise broken("it ends before its last boundary")
        if self.model is None:
            raise BadRequestError("missing_field", "You must provide a model parameter.", param="model")

    def _step(self) -> bool:
        """Read on as far as the next thing of interest; False when more must come first."""
        if self._place == "headers":
            return self._headers()
        if self._place == "after":
            return self._after()
        at = self._rest.find(self._delimiter)
        if at < 0:
            kept = _LONGEST_MODEL + 1 if self._is_model else 0
            if kept and len(self._rest) > kept + len(self._delimiter):
                raise BadRequestError("invalid_field", "model is too long.", param="model")
            if not kept:
                self._skip(max(0, len(self._rest) - len(self._delimiter) + 1))
            return False
        if self._is_model:
            self._name(self._rest[:at])
            self.span = (self._offset, self._offset + at)
            self._is_model = False
        self._skip(at + len(self._delimiter))
        self._place = "after"
        return True

    def _after(self) -> bool:
        """Behind a delimiter: the next part, or the end."""
        if len(self._rest) < 2:
            return False
        if self._rest.startswith(b"--"):
            self.is_over = True
        elif not self._rest.startswith(b"\r\n"):
            raise broken("something stands behind a boundary")
        self._place = "headers"
        return True

    def _headers(self) -> bool:
        end = self._rest.find(b"\r\n\r\n")
        if end < 0 or end > _MOST_HEADERS:
            if len(self._rest) > _MOST_HEADERS:
                raise broken("a part's headers do not end")
            return False
        self._is_model = _name_in(self._rest[:end]) == b"model"
        if self._is_model and self.model is not None:
            raise broken("it names its model twice")
        self._skip(end + 4 if end else 4)
        self._place = "content"
        return True

    def _name(self, value: bytes) -> None:
        try:
            self.model = value.decode()
        except UnicodeDecodeError:
            raise BadRequestError("invalid_field", "model must be text.", param="model") from None
        if not self.model:
            raise BadRequestError("missing_field", "You must provide a model parameter.", param="model")
        if "\0" in self.model or len(value) > _LONGEST_MODEL:
            raise BadRequestError("invalid_field", "model must be a name without NUL.", param="model")

    def _skip(self, size: int) -> None:
        self._rest = self._rest[size:]
        self._offset += size


def _name_in(headers: bytes) -> bytes | None:
    """The name in a part's headers, which begin with the end of the delimiter's line."""
    disposition = _DISPOSITION.search(headers)
    found = _NAME.search(b";" + disposition[1]) if disposition else None
    if found is None:
        return None
    return re.sub(rb"\\(.)", rb"\1", found[1]) if found[1] is not None else found[2]
