"""Heads of answers, as they are written to the socket."""

from http import HTTPStatus

from guildhall.edge.answer import Headers

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_NOSNIFF = b"x-content-type-options: nosniff\r\n"


class AnswerHeads:
    """Writes heads for all connections of a server; the headers that are the server's own are written out once."""

    def __init__(self) -> None:
        self._defaults: Headers = []
        self._default_lines = _NOSNIFF

    def lines(self, status: int, defaults: Headers, headers: Headers, *, keeps: bool) -> list[bytes]:
        """Everything but what says how long the answer is, and the empty line behind it."""
        if defaults is not self._defaults:  # the server makes new ones each second
            self._defaults = defaults
            self._default_lines = _NOSNIFF + _written(defaults)
        status_line = _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
        lines = [status_line, self._default_lines, _written(headers)]
        if not keeps:
            lines.append(b"connection: close\r\n")
        return lines


def _written(headers: Headers) -> bytes:
    return b"\r\n".join([*map(b": ".join, headers), b""])
