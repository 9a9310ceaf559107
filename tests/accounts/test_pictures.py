"""Pictures: what is one, and that nothing but the picture is kept of it."""

import base64
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.accounts import pictures
from guildhall.core.errors import BadRequestError

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////"
    "////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
JPEG = JPEG if JPEG.endswith(b"\xff\xd9") else JPEG + b"\xff\xd9"
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
LOSSLESS = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*extra: bytes, width: int = 1, height: int = 1) -> bytes:
    """A grey PNG with extra chunks before its pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0\x80" * height)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURES = {"image/png": png(), "image/jpeg": JPEG, "image/webp": WEBP}


@pytest.mark.parametrize(("kind", "content"), [*PICTURES.items(), ("image/webp", LOSSLESS)])
def test_a_picture_without_anything_else_stays_as_it_is(kind: str, content: bytes) -> None:
    picture = pictures.read(content)
    assert (picture.media_type, picture.image) == (kind, content)


def test_places_and_comments_are_taken_out() -> None:
    secret = b"GPS 52.5200 13.4050"
    exif = b"\xff\xe1" + struct.pack(">H", len(secret) + 2) + secret
    comment = b"\xff\xfe" + struct.pack(">H", len(secret) + 2) + secret
    padded = secret + b"\0" * (len(secret) % 2)
    riff = WEBP[:4] + struct.pack("<I", len(WEBP) - 8 + 8 + len(padded)) + WEBP[8:]
    for content in (
        png(chunk(b"tEXt", secret), chunk(b"eXIf", secret)),
        png() + secret,
        JPEG[:2] + exif + comment + JPEG[2:],
        JPEG + secret,
        riff + b"EXIF" + struct.pack("<I", len(secret)) + padded,
    ):
        assert secret in content
        assert pictures.read(content).image in PICTURES.values()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        png()[:-1],
        png()[:40],
        png().replace(b"IDAT", b"IDAX"),
        png(width=2049),
        png(width=0),
        JPEG[:20],
        JPEG[:-2],
        b"\xff\xd8\xff\xd9",
        WEBP[:20],
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
)
def test_what_is_no_small_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(BadRequestError) as refused:
        pictures.read(content)
    assert refused.value.code == "not_a_picture"


@given(st.sampled_from(sorted(PICTURES.values())), st.data())
def test_damage_is_refused_or_harmless(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.binary(max_size=6))
    damaged = content[:at] + piece + content[at + data.draw(st.integers(0, 4)) :]
    try:
        picture = pictures.read(damaged)
    except BadRequestError:
        return
    assert picture.media_type in PICTURES
    assert pictures.read(picture.image) == picture


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\xff\x00\x00\x00WEBP"]), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(beginning: bytes, rest: bytes) -> None:
    try:
        picture = pictures.read(beginning + rest)
    except BadRequestError:
        return
    assert picture.media_type in PICTURES
