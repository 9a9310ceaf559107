"""The audit log: filtered, paged, and downloaded without a formula in it."""

import csv
import io
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert

from guildhall.accounts.tables import AuditEntry
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.spreadsheet import cell_of, csv_of
from tests.accounts.visitors import failure


async def _enter(db: Database, count: int = 1, **columns: object) -> str:
    """Entries about a target of their own, a second apart; gives the target."""
    target = f"thing:{new_id('th')}"
    begin = datetime(2024, 5, 1, tzinfo=UTC)
    row = {"actor_id": None, "address": "192.0.2.1", "action": "thing.made", "target": target, "request_id": None}
    rows = [
        row | {"id": new_id("au"), "at": begin + timedelta(seconds=number), "before": None, "after": {"n": number}}
        for number in range(count)
    ]
    async with db.write() as session:
        await session.execute(insert(AuditEntry), [each | columns for each in rows])
    return target


async def _list(http: httpx.AsyncClient, **filters: object) -> list[dict[str, object]]:
    answer = await http.get("/api/v1/audit", params=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]  # type: ignore[no-any-return]


async def test_entries_come_page_by_page_newest_first_without_gap_or_repeat(
    admin: httpx.AsyncClient, db: Database
) -> None:
    target = await _enter(db, 7)
    seen, cursor = [], None
    while True:
        params = {"target": target, "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await admin.get("/api/v1/audit", params=params)).json()
        seen += [entry["after"]["n"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]


async def test_entries_of_one_moment_are_not_lost_between_pages(admin: httpx.AsyncClient, db: Database) -> None:
    target = await _enter(db, 5, at=datetime(2024, 5, 1, tzinfo=UTC))
    first = (await admin.get("/api/v1/audit", params={"target": target, "limit": 3})).json()
    rest = await _list(admin, target=target, cursor=first["next_cursor"])
    assert len({entry["id"] for entry in [*first["items"], *rest]}) == 5


async def test_entries_are_found_by_who_what_and_when(admin: httpx.AsyncClient, db: Database) -> None:
    me = (await admin.get("/api/v1/me")).json()
    action = f"{new_id('ac')}.made"
    target = await _enter(db, 3, actor_id=me["id"], action=action)
    await _enter(db, 1, action=action)
    assert len(await _list(admin, action=action)) == 4
    assert len(await _list(admin, action=action.removesuffix("made"))) == 4
    assert len(await _list(admin, action=action, actor=me["id"])) == 3
    assert len(await _list(admin, action=action, actor=me["email"].upper())) == 3
    assert len(await _list(admin, action=action, target="thing:")) == 4
    assert len(await _list(admin, action=action, target="thing")) == 0
    since, until = "2024-05-01T00:00:01Z", "2024-05-01T02:00:02+02:00"
    found = await _list(admin, target=target, since=since, until=until)
    assert [entry["after"] for entry in found] == [{"n": 1}]
    assert found[0]["actor"] == {"id": me["id"], "name": me["name"], "email": me["email"]}


async def test_whoever_is_gone_is_still_named_by_id(admin: httpx.AsyncClient, db: Database) -> None:
    target = await _enter(db, actor_id="us_gone")
    assert (await _list(admin, target=target))[0]["actor"] == {"id": "us_gone", "name": None, "email": None}


async def test_every_action_in_the_log_is_listed_once(admin: httpx.AsyncClient, db: Database) -> None:
    for _ in range(2):
        await _enter(db, 2, action="thing.lost")
    actions = (await admin.get("/api/v1/audit/actions")).json()
    assert actions == sorted(set(actions))
    assert "thing.lost" in actions


@pytest.mark.parametrize(
    "filters",
    [
        {"until": "9999-12-31T23:59:59-12:00"},
        {"since": "yesterday"},
        {"since": "2024-05-01T00:00:00"},
        {"cursor": "zzz"},
        {"limit": 0},
        {"action": "a" * 61},
    ],
)
async def test_an_odd_filter_is_refused(admin: httpx.AsyncClient, filters: dict[str, object]) -> None:
    assert (await admin.get("/api/v1/audit", params=filters)).status_code == 400


async def test_only_admins_read_the_log(member: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    for path in ("/api/v1/audit", "/api/v1/audit.csv", "/api/v1/audit/actions"):
        assert failure(await member.get(path)) == (403, "admin_only")
        assert failure(await http.get(path)) == (401, "not_signed_in")


async def test_the_spreadsheet_holds_the_entries_and_no_formula(admin: httpx.AsyncClient, db: Database) -> None:
    target = await _enter(db, 1200, address="=cmd|' /C calc'!A0")
    answer = await admin.get("/api/v1/audit.csv", params={"target": target})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["after"] for row in rows] == [f'{{"n":{number}}}' for number in reversed(range(1200))]
    assert {row["address"] for row in rows} == {"'=cmd|' /C calc'!A0"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1"])
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert cell_of(text) == f"'{text}"


def test_numbers_and_other_text_stay_as_they_are() -> None:
    assert [cell_of(value) for value in (-1, 1.5, None, True, "a=b", {"a": "=1"})] == [
        "-1", "1.5", "", "True", "a=b", '{"a":"=1"}',
    ]  # fmt: skip


async def test_a_long_spreadsheet_takes_no_more_memory_than_a_short_one() -> None:
    async def pages(count: int) -> AsyncIterator[list[tuple[str, dict[str, int]]]]:
        for page in range(count):
            yield [("thing.made" * 50, {"n": page * 500 + row}) for row in range(500)]

    async def peak(count: int) -> int:
        tracemalloc.start()
        length = sum([len(piece) async for piece in csv_of(["action", "after"], pages(count))])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert length > count * 250_000
        return most

    short = await peak(2)
    assert await peak(60) < short + 2_000_000  # of 15 million
