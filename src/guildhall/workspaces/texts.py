"""Texts: whether bytes are text, in which encoding, and text back into the bytes of its encoding."""

import codecs
import mimetypes
from typing import Literal, get_args

from guildhall.core.errors import BadRequestError

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "latin-1"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_MARKS: dict[Encoding, bytes] = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_SAMPLE = 64 * 1024
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})


def read(content: bytes) -> tuple[str, Encoding] | None:
    """The text in `content` and its encoding; None when it is not text.

    Files without a mark are UTF-8, or GB18030 where that fits, or else Latin-1, into which anything fits.
    """
    for encoding, mark in _MARKS.items():
        if content.startswith(mark):
            decoded = _decoded(content[len(mark) :], encoding.removesuffix("-sig"))
            return None if decoded is None or "\x00" in decoded else (decoded, encoding)
    if len(content[:_SAMPLE].translate(None, _CONTROLS)) < len(content[:_SAMPLE]) or b"\x00" in content:
        return None
    guesses: tuple[Encoding, ...] = ("utf-8", "gb18030", "latin-1")
    for encoding in guesses:
        decoded = _decoded(content, encoding)
        if decoded is not None and not (encoding == "gb18030" and _is_strange(decoded)):
            return decoded, encoding
    return None


def encoded(text: bytes, encoding: Encoding) -> bytes:
    """UTF-8 `text` as the bytes of a file in `encoding`, with its mark. Raises `BadRequestError`."""
    if encoding == "utf-8":
        return text
    try:
        return _MARKS.get(encoding, b"") + text.decode().encode(encoding.removesuffix("-sig"))
    except UnicodeError:
        raise BadRequestError(
            "not_in_encoding", f"The text has letters that {encoding} does not have.", encoding=encoding
        ) from None


def media_type_of(path: str, is_text: bool) -> str:
    """What kind of file this is, by its name."""
    guess, packed = mimetypes.guess_type(path, strict=False)
    if guess is not None and packed is None:
        return guess
    return "text/plain" if is_text else "application/octet-stream"


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_strange(text: str) -> bool:
    """Whether too few letters beyond ASCII are of those that Chinese is written with."""
    beyond = [letter for letter in text[:_SAMPLE] if ord(letter) > 127]
    chinese = sum("一" <= letter <= "鿿" or "　" <= letter <= "〿" or "＀" <= letter <= "￯" for letter in beyond)
    return chinese < len(beyond) * 0.7
