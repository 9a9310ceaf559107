"""Calls as a spreadsheet: the same filters, safe cells, in pieces that can be put together, and on record."""

import csv
import gzip
import io
from typing import Any

import httpx
import pytest

from guildhall.gateway import call_files
from tests.gateway.providers import Simulator
from tests.gateway.test_calls import CALLS, ask, listed, served_by

pytestmark = pytest.mark.slow  # they wait for what is written in the background

FILE = f"{CALLS}.csv"


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_a_file_has_the_calls_of_the_filter_with_units_and_names(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    price = {"model": model, "rates": {"input": 2_500_000_000, "output": 10_000_000_000}}
    assert (await admin.post("/api/v1/gateway/prices", json=price)).status_code == 201
    answer = await ask(raw, model, x_request_id="=1+1")
    (call,) = await listed(admin, 1, model=model)
    (row,) = rows_of(await admin.get(FILE, params={"model": model, "outcome": "ok"}))
    assert row["id"] == answer.headers["x-request-id"]
    name = (await member.get("/api/v1/me")).json()["name"]
    assert (row["user"], row["key"], row["channel"]) == (name, "tests", f"{model} 0")
    assert row["client_request_id"] == "'=1+1"
    assert row["at"].startswith(call["at"][:19])
    assert row["at"].endswith("+00:00")
    assert float(row["cost"] or 0) * 1e9 == (call["cost_nano"] or 0)
    assert (row["currency"], float(row["total_seconds"])) == ("USD", call["total_us"] / 1e6)
    (own,) = rows_of(await member.get(FILE, params={"model": model}))
    assert (own["channel"], own["channel_id"], own["overhead_seconds"]) == ("", "", "")
    assert rows_of(await admin.get(FILE, params={"model": model, "outcome": "failed"})) == []


async def test_a_long_list_comes_in_files_that_follow_each_other(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    sent = [(await ask(raw, model)).headers["x-request-id"] for _ in range(5)]
    await listed(admin, 5, model=model)
    seen: list[str] = []
    more: dict[str, str] = {}
    while True:
        answer = await admin.get(FILE, params={"model": model, "limit": 2, **more})
        rows = rows_of(answer)
        seen += [row["id"] for row in rows]
        if len(rows) < int(answer.headers["x-row-limit"]):
            break
        more = {"before": seen[-1]}
    assert seen == sent[::-1]


async def test_it_is_packed_for_those_who_accept_that_and_marked_for_excel(admin: httpx.AsyncClient) -> None:
    packed = await admin.get(FILE, headers={"accept-encoding": "gzip"}, params={"bom": "true", "model": "none"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = await admin.get(FILE, headers={"accept-encoding": "identity"}, params={"bom": "true", "model": "none"})
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content  # the client has unpacked it
    assert plain.content.startswith(b"\xef\xbb\xbfid,at,")
    assert (await admin.get(FILE, params={"model": "none"})).content.startswith(b"id,at,")


async def test_downloads_are_in_the_audit_log_with_their_filter(admin: httpx.AsyncClient) -> None:
    await admin.get(FILE, params={"model": "none", "outcome": "failed", "limit": 7})
    (entry, *_) = (await admin.get("/api/v1/audit", params={"action": "calls.exported"})).json()["items"]
    assert (entry["target"], entry["after"]) == ("calls", {"model": "none", "outcome": "failed", "limit": "7"})


async def test_what_is_no_filter_is_refused_before_anything_is_sent(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    for wrong in ({"limit": 0}, {"limit": 10**7}, {"before": "!"}, {"outcome": "odd"}, {"bom": "perhaps"}):
        answer = await admin.get(FILE, params=wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request"), wrong
    assert (await member.get(FILE, params={"channel_id": "ch_1"})).status_code == 403


async def test_packing_goes_piece_by_piece() -> None:
    async def pages() -> Any:
        for number in range(3):
            yield [{**dict.fromkeys(call_files.HEADER), "cost_nano": number, "total_us": 5, "ttft_us": None,
                    "overhead_us": None, "user": None, "key": None, "channel": None}]  # fmt: skip

    pieces = [piece async for piece in call_files.csv_of(pages(), "USD", bom=False, packed=True)]
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(b"".join(pieces)).decode())))
    assert [row["cost"] for row in rows] == ["0", "0.000000001", "0.000000002"]


async def test_nothing_is_read_for_a_filter_that_nobody_may_see() -> None:
    found = call_files.pages(None, None, before=None, limit=5, is_admin=False)  # type: ignore[arg-type]
    assert [page async for page in found] == []
