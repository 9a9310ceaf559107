"""Price files: what goes out comes back the same, and whatever else comes in is told line by line."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.core.spreadsheet import cell_of
from guildhall.gateway import price_files
from guildhall.gateway.price_files import HEADER, PriceRow
from guildhall.gateway.pricing import Rates, Tier

rate = st.none() | st.integers(0, 10**16)
tiers = st.lists(st.tuples(st.integers(1, 2**31 - 1), rate, rate), max_size=3, unique_by=lambda tier: tier[0])
models = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40)


def csv_of(*rows: PriceRow) -> bytes:
    """As an export writes it."""
    text = io.StringIO()
    lines = [HEADER, *(line for row in rows for line in price_files.lines_of(row))]
    csv.writer(text).writerows([cell_of(cell) for cell in line] for line in lines)
    return ("\ufeff" + text.getvalue()).encode()


@given(models, rate, rate, tiers)
def test_what_was_exported_is_imported_the_same(
    model: str, output: int | None, per_call: int | None, found: list[tuple[int, int | None, int | None]]
) -> None:
    rates = Rates(
        input=5,
        output=output,
        per_call=per_call,
        tiers=tuple(Tier(above=above, input=one, output=other) for above, one, other in sorted(found)),
    )
    row = PriceRow(model, datetime(2026, 3, 1, 12, 30, tzinfo=UTC), "USD", rates, "entered")
    lines, problems = price_files.parsed(csv_of(row), is_json=False, currency="USD")
    assert problems == []
    if model.startswith("'"):  # what a spreadsheet would take for the mark of a text
        return
    (line,) = lines
    assert (line.price.model, line.price.since, line.price.rates.rates()) == (model, row.since, rates)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("m,-1", "input: must be a number"),
        ("m,NaN", "input: must be a number"),
        ("m,1e9", "input: must be a number"),
        ("m,1,5", "must not have more cells"),
        ("m,0.0000000001", "input: must be a number"),
        ("m,99999999999999999999", "input: must be a number"),
        ("m,9999999999999999", "input: Input should be less than"),
        ("m,", "at least one rate"),
        (",1", "model: String should have at least 1 character"),
        (f"{'x' * 201},1", "model: String should have at most 200 characters"),
        ("m\x00,1", "model: must not contain"),
        ("m\u202egnp,1", "model: must not contain control characters"),
        (f"{'x' * 2000},1", "no cell may have more than"),
        ("'=SUM(1),x", "input: must be a number"),
    ],
)
def test_every_wrong_line_is_told(line: str, told: str) -> None:
    lines, problems = price_files.parsed(
        f"model,input\nfine,1\n{line}\nalso,2\n".encode(), is_json=False, currency="USD"
    )
    assert [each.number for each in lines] == [2, 4]
    assert [problem.line for problem in problems] == [3]
    assert told in problems[0].message


@pytest.mark.parametrize(
    "since",
    [
        "yesterday",
        "2026-13-01T00:00:00Z",
        "1999-12-31T00:00:00Z",
        "9999-12-31T23:59:59-10:00",
        "2026-01-01T00:00:00",
        "0",
    ],
)
def test_moments_that_cannot_be_are_told(since: str) -> None:
    lines, problems = price_files.parsed(f"model,since,input\nm,{since},1\n".encode(), is_json=False, currency="USD")
    assert (lines, len(problems)) == ([], 1)
    assert problems[0].message.startswith("since: ")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"\xff\xfe\x00", b"name,input\nm,1", b"model,model\nm,m", b"input\n1", b"=cmd,input\nm,1",
        b'model,input\n"' + b"x" * 140_000,
    ],
)  # fmt: skip
def test_what_is_no_price_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(BadRequestError) as refused:
        price_files.parsed(content, is_json=False, currency="USD")
    assert refused.value.code == "invalid_price_file"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 5000,
        b"NaN",
        b'{"prices": 1}',
        b'{"prices": NaN}',
        b'{"format": "x", "prices": []}',
        b'"\xed\xa0\x80"',
    ],
)
def test_what_is_no_json_of_prices_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(BadRequestError) as refused:
        price_files.parsed(content, is_json=True, currency="USD")
    assert refused.value.code == "invalid_price_file"


@pytest.mark.parametrize(
    "entry",
    [
        "1", "null", "[]", "{}", '{"model": 5, "rates": {"input": 1}}', '{"model": "m", "rates": {"input": 1.5}}',
        '{"model": "m", "rates": {"input": 1e400}}', '{"model": "m", "rates": {"input": "1"}}',
        '{"model": "m", "rates": {"input": true}}', '{"model": "m", "rates": {"inputs": 1}}',
        '{"model": "m", "currency": "EUR", "rates": {"input": 1}}', '{"model": "m", "rates": {"tiers": []}}',
        '{"model": "m", "rates": {"input": 1, "tiers": [{"above": 2}, {"above": 2}]}}',
        '{"model": "m", "rates": {"input": 123456789012345678901234567890}}',
        '{"model": "m\\u0000", "rates": {"input": 1}}',
    ],
)  # fmt: skip
def test_every_wrong_entry_of_json_is_told(entry: str) -> None:
    content = f'[{{"model": "fine", "rates": {{"input": 1}}}}, {entry}]'.encode()
    if "1e400" in entry:  # no number of JSON's
        with pytest.raises(BadRequestError):
            price_files.parsed(content, is_json=True, currency="USD")
        return
    lines, problems = price_files.parsed(content, is_json=True, currency="USD")
    assert ([line.number for line in lines], [problem.line for problem in problems]) == ([1], [2])


def test_tiers_stand_below_their_price() -> None:
    content = b"model;above;input;output\nm;;1;2\nm;200000;2;\nm;400000;3;5\nn;100;1;1\n"
    lines, problems = price_files.parsed(content, is_json=False, currency="USD")
    assert [(line.price.model, [tier.above for tier in line.price.rates.tiers]) for line in lines] == [
        ("m", [200_000, 400_000])
    ]
    assert [(problem.line, problem.message[:6]) for problem in problems] == [(5, "above:")]


def test_a_file_has_an_end() -> None:
    content = b"model,input\n" + b"".join(b"m%d,1\n" % number for number in range(price_files.MOST_LINES))
    lines, _ = price_files.parsed(content, is_json=False, currency="USD")
    assert len(lines) == price_files.MOST_LINES
    with pytest.raises(BadRequestError):
        price_files.parsed(content + b"one-more,1\n", is_json=False, currency="USD")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.booleans())
def test_no_bytes_are_more_than_refused(content: bytes, is_json: bool) -> None:
    for start in (b"", b"model,since,above,input\n"):
        try:
            lines, problems = price_files.parsed(start + content, is_json=is_json, currency="USD")
        except BadRequestError:
            continue
        assert all(line.price.rates.rates().are_known for line in lines)
        assert all(problem.message for problem in problems)
