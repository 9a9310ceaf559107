"""Multipart forms, cut in every way: the same model in the same place, and never a second one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.edge.multipart import Form, boundary_of

BOUNDARY = b"xyz"
CONTENT = st.binary(max_size=60).map(lambda content: content.replace(b"\r\n--xyz", b""))
NAME = st.sampled_from([b"file", b"prompt", b"models", b"mode", b"Model"])
CUTS = st.lists(st.integers(1, 40), max_size=30)


def part(name: bytes, content: bytes, more: bytes = b"") -> bytes:
    """One part of a form."""
    return b'--xyz\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (name, more, content)


def read(body: bytes, cuts: list[int]) -> Form:
    """A form that arrives in pieces of these sizes."""
    form, start = Form(BOUNDARY), 0
    for size in [*cuts, len(body)]:
        form.feed(body[start : start + size])
        start += size
    form.close()
    return form


@given(st.lists(st.tuples(NAME, CONTENT), max_size=4), st.lists(st.tuples(NAME, CONTENT), max_size=4), CUTS)
def test_the_model_is_found_wherever_it_stands_and_however_it_arrives(
    before: list[tuple[bytes, bytes]], after: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    first = b"".join(part(*each) for each in before)
    body = first + part(b"model", b"m-1") + b"".join(part(*each) for each in after) + b"--xyz--\r\nepilogue"
    form = read(body, cuts)
    start, end = form.span
    assert (form.model, body[start:end]) == ("m-1", b"m-1")


@given(st.lists(st.tuples(NAME, CONTENT), max_size=3), CUTS)
def test_a_second_model_is_refused_however_it_arrives(between: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    middle = b"".join(part(*each) for each in between)
    with pytest.raises(BadRequestError) as refused:
        read(part(b"model", b"m-1") + middle + part(b"model", b"m-2") + b"--xyz--\r\n", cuts)
    assert refused.value.code == "invalid_multipart"


@given(st.binary(max_size=300), CUTS)
def test_whatever_comes_is_read_or_refused(body: bytes, cuts: list[int]) -> None:
    with contextlib.suppress(BadRequestError):
        assert read(b"--xyz" + body, cuts).model


@pytest.mark.parametrize(
    "written",
    [b'name="model"', b"name=model", b'NAME="model"', b'filename="f"; name="model"', b'name = "mo\\del"'],
)
def test_every_way_to_name_the_model_counts(written: bytes) -> None:
    body = b"--xyz\r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: form-data; %b\r\n\r\nm-1\r\n--xyz--" % written
    assert read(body, []).model == "m-1"


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        (b"multipart/form-data; boundary=abc", b"abc"),
        (b'Multipart/Form-Data; charset=utf-8; Boundary="a b"', b"a b"),
        (b"multipart/form-data;boundary=----WebKit7", b"----WebKit7"),
    ],
)
def test_boundaries_are_read(content_type: bytes, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type",
    [b"multipart/form-data", b"multipart/mixed; boundary=a", b"multipart/form-data; boundary=", b"\xff",
     b"multipart/form-data; boundary=" + b"x" * 71, b"multipart/form-data; boundary=a; boundary=b"],
)  # fmt: skip
def test_forms_without_a_boundary_are_refused(content_type: bytes) -> None:
    with pytest.raises(BadRequestError):
        boundary_of(content_type)
