"""Price files: prices as CSV for people and spreadsheets, and as JSON for programs. Pure; every line is judged.

In CSV, rates are decimals in units of the currency for a million tokens, a call, an image, a second or a million
characters. A line with `above` is a tier of the line before it that has the same model and moment.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError

from guildhall.core.errors import BadRequestError, words_of
from guildhall.gateway.price_schemas import ImportProblem, PriceIn
from guildhall.gateway.pricing import NANO, TOKEN_RATES, UNITS, Rates, stored_of

FORMAT = "guildhall-prices"
HEADER = ("model", "since", "currency", "above", *UNITS, "source")
MOST_LINES = 10_000
_DECIMAL = re.compile(r"[0-9]{1,16}(?:\.[0-9]{1,9})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIELD_CHARACTERS = 1000
_SAID_NOWHERE = frozenset({"id", "source", "created_at", "currency"})
"""Fields of what is exported that an import passes over, or looks at itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """A price of a file, and where it stands."""

    number: int
    price: PriceIn


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price to be written."""

    model: str
    since: datetime | None
    currency: str
    rates: Rates
    source: str


def parsed(content: bytes, *, is_json: bool, currency: str) -> tuple[list[Line], list[ImportProblem]]:
    """The prices of a file, in order, and everything that is wrong with it. Raises `BadRequestError` if it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_file("The file is not in UTF-8.") from None
    found: list[Line] = []
    problems: list[ImportProblem] = []
    entries = _of_json(text) if is_json else _of_csv(text, problems)
    for number, entry in entries:
        if len(found) + len(problems) >= MOST_LINES:
            raise _no_file(f"The file has more than {MOST_LINES:,} prices.")
        model = entry.get("model") if isinstance(entry, dict) else None
        shown = _shown(model)
        try:
            found.append(Line(number, _price(entry, currency)))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(part) for part in problem["loc"] if part != "rates")[:100]
            words = ": ".join(part for part in (field, words_of(problem)) if part)
            problems.append(ImportProblem(line=number, model=shown, message=words.encode(errors="replace").decode()))
        except ValueError as error:
            problems.append(ImportProblem(line=number, model=shown, message=str(error)))
    return found, sorted(problems, key=lambda problem: problem.line)


def lines_of(row: PriceRow) -> Iterator[list[Any]]:
    """A price as lines of CSV: itself, then its tiers."""
    start = [row.model, row.since.isoformat() if row.since else "", row.currency]
    yield [*start, "", *(_units(getattr(row.rates, name)) for name in UNITS), row.source]
    for tier in row.rates.tiers:
        rates = [_units(getattr(tier, name)) if name in TOKEN_RATES else "" for name in UNITS]
        yield [*start, str(tier.above), *rates, row.source]


def document_of(rows: Iterable[PriceRow], currency: str) -> dict[str, Any]:
    """Prices as JSON."""
    return {
        "format": FORMAT,
        "currency": currency,
        "prices": [
            {
                "model": row.model,
                "since": row.since,
                "currency": row.currency,
                "rates": stored_of(row.rates),
                "source": row.source,
            }
            for row in rows
        ],
    }


def _price(entry: Any, currency: str) -> PriceIn:
    if not isinstance(entry, dict):
        raise ValueError("must be an object")  # noqa: TRY004 - the words go to whoever sent the file
    stated = entry.get("currency") or currency
    if stated != currency:
        raise ValueError(f"currency: must be {currency}, which is the hall's")
    return PriceIn.model_validate({name: value for name, value in entry.items() if name not in _SAID_NOWHERE})


def _of_json(text: str) -> Iterator[tuple[int, Any]]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _no_file("The file is not valid JSON.") from None
    entries = document.get("prices") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise _no_file("The file has no list of prices.")
    if isinstance(document, dict) and document.get("format", FORMAT) != FORMAT:
        raise _no_file("The file holds something other than prices.")
    yield from enumerate(entries, start=1)


def _of_csv(text: str, problems: list[ImportProblem]) -> Iterator[tuple[int, Any]]:
    """Each price with its tiers, under the number of its line."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    waiting: tuple[int, dict[str, Any]] | None = None
    for number, cells in _rows(reader):
        try:
            is_tier, entry = _entry(cells, waiting[1] if waiting else None)
        except ValueError as error:
            problems.append(ImportProblem(line=number, model=_shown(cells.get("model")), message=str(error)))
            continue
        if is_tier and waiting is not None:
            waiting[1]["rates"].setdefault("tiers", []).append(entry["rates"])
            continue
        if waiting is not None:
            yield waiting
        waiting = (number, entry)
    if waiting is not None:
        yield waiting


def _rows(reader: Any) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines by the names of their columns; what has no column is under no name."""
    header: Sequence[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header([cell.strip().lower() for cell in cells])
                continue
            if reader.line_num > 10 * MOST_LINES:
                raise _no_file(f"The file has more than {MOST_LINES:,} prices.")
            named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            yield reader.line_num, named | {"": "".join(cells[len(header) :]).strip()}
    except csv.Error:
        raise _no_file(f"Line {reader.line_num + 1} is not CSV.") from None
    if header is None:
        raise _no_file("The file is empty.")


def _header(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in HEADER]
    if unknown:
        name = unknown[0][:40] if unknown[0].isprintable() else "?"
        raise _no_file(f"The first line must name the columns; there is none called {name!r}.")
    if "model" not in names or len(set(names)) != len(names):
        raise _no_file("The first line must name the column `model`, and no column twice.")
    return names


def _entry(cells: dict[str, str], before: dict[str, Any] | None) -> tuple[bool, dict[str, Any]]:
    """Whether a line is a tier of the price before it, and the price or tier that it is. Raises `ValueError`."""
    if any(len(cell) > _FIELD_CHARACTERS for cell in cells.values()):
        raise ValueError(f"no cell may have more than {_FIELD_CHARACTERS:,} characters")
    if cells.get(""):
        raise ValueError("must not have more cells than the first line names")
    rates: dict[str, Any] = {name: _nano(name, cells[name]) for name in UNITS if cells.get(name)}
    above = cells.get("above")
    if above:
        if not above.isascii() or not above.isdigit() or len(above) > 10:
            raise ValueError("above: must be a whole number of tokens")
        rates["above"] = int(above)
    model = cells.get("model", "")
    if model.startswith("'") and model[1:].startswith(_FORMULA):  # as `core.spreadsheet` writes it
        model = model[1:]
    entry: dict[str, Any] = {"model": model, "rates": rates}
    entry |= {name: cells[name] for name in ("since", "currency") if cells.get(name)}
    if above and (before is None or any(before.get(name) != entry.get(name) for name in ("model", "since"))):
        raise ValueError("above: must follow a line without it that has the same model and moment")
    return bool(above), entry


def _shown(model: Any) -> str | None:
    return model[:200] if isinstance(model, str) and model.isprintable() else None


def _nano(name: str, text: str) -> int:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{name}: must be a number such as 2.5, without sign and with at most nine decimals")
    whole, _, rest = text.partition(".")
    return int(whole) * NANO + int(rest.ljust(9, "0") or 0)


def _units(nano: int | None) -> str:
    if nano is None:
        return ""
    return f"{nano // NANO}.{nano % NANO:09}".rstrip("0").rstrip(".")


def _no_file(message: str) -> BadRequestError:
    return BadRequestError("invalid_price_file", message)
