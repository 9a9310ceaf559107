"""Pictures: which bytes are a small PNG, JPEG or WebP, and the same without what cameras and editors add to them.

Only the frame around the pixels is read, never the pixels themselves: that is left to browsers, which are made for it.
What is kept is what shows the picture; places, times, names, profiles and comments go.
"""

import zlib
from dataclasses import dataclass

from guildhall.core.errors import BadRequestError

MAX_BYTES = 1024 * 1024
MAX_SIDE = 2048
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA"}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown."""

    media_type: str
    image: bytes


def read(content: bytes) -> Picture:
    """The picture in these bytes. Raises `BadRequestError` (`not_a_picture`)."""
    try:
        if content.startswith(_PNG):
            return Picture("image/png", _png(content))
        if content.startswith(b"\xff\xd8"):
            return Picture("image/jpeg", _jpeg(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return Picture("image/webp", _webp(content))
    except (ValueError, IndexError):
        pass
    raise BadRequestError(
        "not_a_picture", f"This is not a whole PNG, JPEG or WebP picture of at most {MAX_SIDE} by {MAX_SIDE} pixels."
    )


def _png(content: bytes) -> bytes:
    kept, at, names = [_PNG], len(_PNG), []
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise ValueError("a chunk is cut short or damaged")
        names.append(name)
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
        if name == b"IEND":  # what follows is not the picture
            break
    if not names or names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        raise ValueError("a chunk is missing")
    _check_sides(int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
    return b"".join(kept)


def _jpeg(content: bytes) -> bytes:
    kept, at, has_frame = [content[:2]], 2, False
    while True:
        if content[at] != 0xFF:
            raise ValueError("a marker is missing")
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:  # the pixels: to the end of the picture
            end = content.rindex(b"\xff\xd9") + 2
            if not has_frame or end < at:
                raise ValueError("the frame is missing")
            return b"".join([*kept, content[at:end]])
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) != length + 2:
            raise ValueError("a segment is cut short")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            _check_sides(int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"))
            has_frame = True
        # APP0 says how dense the pixels are, APP14 how the colours are meant; the other notes are not needed.
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in {0xE0, 0xEE}:
            kept.append(segment)
        at += 2 + length


def _webp(content: bytes) -> bytes:
    kept, at, has_image = [], 12, False
    whole = min(len(content), int.from_bytes(content[4:8], "little") + 8)
    while at + 8 <= whole:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > whole:
            raise ValueError("a chunk is cut short")
        chunk = content[at:end] + b"\0" * (length % 2)
        if name == b"VP8X":
            _check_sides(*(int.from_bytes(chunk[i : i + 3], "little") + 1 for i in (12, 15)))
            chunk = chunk[:8] + bytes([chunk[8] & ~0x2C]) + chunk[9:]  # no profile, EXIF or XMP follows
        elif name == b"VP8 ":
            _check_sides(*(int.from_bytes(chunk[i : i + 2], "little") & 0x3FFF for i in (14, 16)))
        elif name == b"VP8L":
            bits = int.from_bytes(chunk[9:13], "little")
            _check_sides((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        has_image = has_image or name in {b"VP8 ", b"VP8L", b"ANMF"}
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = end + length % 2
    if not has_image:
        raise ValueError("the picture is missing")
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _check_sides(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ValueError("too large")
