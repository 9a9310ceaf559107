"""Retention: a preview tells what a run would remove, a run removes that alone, and the disk gets its space."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, text, update

from guildhall.accounts.tables import User
from guildhall.chat.tables import ChatSession
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.ids import first_id, new_id
from guildhall.core.tables import Event
from guildhall.edge.tables import Call, CallAttempt, CallBody, CallStat, CallTime
from guildhall.operations.retention import event_kind
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.queries import SECOND, kind_of
from tests.chat.talk import SESSIONS, begin
from tests.operations.rows import row_of

pytestmark = pytest.mark.slow

RETENTION = "/api/v1/operations/retention"
DAY = timedelta(days=1)


async def until_removed(http: httpx.AsyncClient) -> dict[str, Any]:
    """Run it now, and wait until it has ended."""
    answer = await http.post(f"{RETENTION}/run")
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(30):
        while True:
            job = (await http.get(f"/api/v1/operations/jobs/{answer.json()['job_id']}")).json()
            if job["state"] in {"succeeded", "failed", "cancelled"}:
                assert job["state"] == "succeeded", job
                return job  # type: ignore[no-any-return]
            await asyncio.sleep(0.05)


async def add_calls(db: Database, ages: list[int]) -> None:
    """Calls that are so many days old."""
    async with db.write() as session:
        for number, age in enumerate(ages):
            moment = now() - age * DAY
            began = first_id("call", int(moment.timestamp() * 1000))
            row = row_of(Call.__table__, number) | {"id": f"{began}{new_id('x')[-16:]}"}  # type: ignore[arg-type]
            row["at"] = int(moment.timestamp() * 1_000_000)
            await session.execute(Call.__table__.insert().values(**row))  # type: ignore[attr-defined]


async def test_there_is_a_time_for_every_kind_and_a_kind_for_every_time(admin: httpx.AsyncClient) -> None:
    kinds = (await admin.get(RETENTION)).json()
    assert {kind["kind"] for kind in kinds} == set(RetentionPolicy.model_fields) - {"most_gigabytes"}
    assert all(kind["description"] and kind["rows"] >= 0 for kind in kinds)


async def test_a_preview_says_what_a_run_would_remove_and_removes_nothing(
    admin: httpx.AsyncClient, db: Database
) -> None:
    await until_removed(admin)  # what other tests left
    await add_calls(db, [400, 401, 402, 1])
    seen = (await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": 399})).json()
    assert seen["rows"] == 3
    assert 3 * 50 < seen["bytes"] < 3 * 2000
    assert datetime.fromisoformat(seen["oldest"]) < now() - 401 * DAY
    again = (await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": 399})).json()
    assert again == seen
    await until_removed(admin)
    after = (await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": 90})).json()
    assert after == {"rows": 0, "bytes": 0, "oldest": None}
    async with db.read() as session:
        assert await session.scalar(select(Call.id).where(Call.at > int((now() - 2 * DAY).timestamp() * 1e6)))


async def parts_of(db: Database) -> list[tuple[str, ...]]:
    """Ids of calls, of calls with attempts and of calls with bodies, oldest first."""
    async with db.read() as session:
        keys = (Call.id, CallAttempt.call_id, CallBody.call_id)
        return [tuple((await session.scalars(select(key).order_by(key))).all()) for key in keys]


async def add_parts(db: Database, letters: int) -> None:
    """A failed attempt and kept words for every call there is."""
    (ids, _, _) = await parts_of(db)
    async with db.write() as session:
        for table in (CallAttempt.__table__, CallBody.__table__):
            for number, call_id in enumerate(ids):
                row = row_of(table, number) | {"call_id": call_id}  # type: ignore[arg-type]
                await session.execute(
                    table.insert().values(**row | ({"answer": b"x" * letters} if "answer" in row else {}))
                )  # type: ignore[attr-defined]


async def test_attempts_and_words_go_before_their_calls_and_with_them(admin: httpx.AsyncClient, db: Database) -> None:
    async with db.write() as session:
        for table in (Call, CallAttempt, CallBody):
            await session.execute(delete(table))
    await add_calls(db, [100, 40, 10, 1])
    await add_parts(db, 10)
    calls = (await parts_of(db))[0]
    await until_removed(admin)
    assert await parts_of(db) == [calls[1:], calls[2:], calls[3:]]


async def test_calls_that_take_up_too_much_go_from_the_oldest_on(admin: httpx.AsyncClient, db: Database) -> None:
    async with db.write() as session:
        for table in (Call, CallAttempt, CallBody):
            await session.execute(delete(table))
    await add_calls(db, [9, 8, 7, 6, 5, 4, 3, 2, 1, 1])
    await add_parts(db, 100_000)
    before = (await parts_of(db))[0]
    ask = {"kind": "calls", "days": None, "most_gigabytes": 0.000_35}
    seen = (await admin.post(f"{RETENTION}/preview", json=ask)).json()
    assert (seen["rows"], 500_000 < seen["bytes"] < 800_000) == (7, True)
    assert (await admin.post(f"{RETENTION}/preview", json=ask | {"most_gigabytes": None})).json()["rows"] == 0
    assert (await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": 6})).json()["rows"] == 4
    await configured(admin, most_gigabytes=0.000_35)
    try:
        calls = next(kind for kind in (await admin.get(RETENTION)).json() if kind["kind"] == "calls")
        assert calls["most_bytes"] == 350_000
        assert (await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": 90})).json() == seen
        await until_removed(admin)
    finally:
        await configured(admin, most_gigabytes=5)
    calls, attempts, bodies = await parts_of(db)
    assert (calls, attempts) == (before[7:], before[7:])
    assert set(bodies) <= set(calls)


async def configured(admin: httpx.AsyncClient, **changes: Any) -> None:
    """Change the document of retention."""
    path = "/api/v1/configuration/retention"
    document = (await admin.get(path)).json()
    body = {"revision": document["revision"], "value": {**document["value"], **changes}}
    answer = await admin.put(path, json=body)
    assert answer.status_code == 200, answer.text


async def test_every_run_is_in_the_audit_log_with_what_went(admin: httpx.AsyncClient, db: Database) -> None:
    await add_calls(db, [500])
    await until_removed(admin)
    entries = (await admin.get("/api/v1/audit", params={"action": "retention.ran"})).json()["items"]
    assert entries[0]["after"]["removed"]["calls"] >= 1
    assert set(entries[0]["after"]["removed"]) == set(RetentionPolicy.model_fields) - {"sessions", "most_gigabytes"}


async def test_a_deleted_session_goes_with_all_that_was_said_and_its_events(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, db: Database
) -> None:
    gone, kept = await begin(member), await begin(member)
    assert (await member.delete(f"{SESSIONS}/{gone}")).status_code == 204
    async with db.write() as session:
        await session.execute(update(ChatSession).where(ChatSession.id == gone).values(deleted_at=now() - 3 * DAY))
    await until_removed(admin)
    async with db.read() as session:
        assert await session.get(ChatSession, gone) is None
        assert await log.position(session, f"chat.session.{gone}") == (0, 0)
        assert await session.get(ChatSession, kept) is not None


async def test_old_events_go_and_whoever_comes_late_starts_from_a_snapshot(db: Database) -> None:
    async with db.write() as session:
        while await event_kind.kind().remove(session, now() - 80 * DAY, 1000):  # what other tests left
            pass
    async with db.write() as session:
        for number in range(5):
            await events.publish(session, "test.retention", "happened", {"number": number})
        await session.execute(
            update(Event).where(Event.stream == "test.retention", Event.seq <= 3).values(at=now() - 90 * DAY)
        )
    async with db.write() as session:
        assert await event_kind.kind().remove(session, now() - 80 * DAY, 100) == 3
    async with db.read() as session:
        assert await log.position(session, "test.retention") == (5, 3)
        assert [row.seq for row in await log.events_after(session, "test.retention", 0, 10)] == [4, 5]


async def test_a_guest_who_does_not_come_back_goes_with_everything(admin: httpx.AsyncClient, db: Database) -> None:
    async with db.write() as session:
        row = row_of(User.__table__, 77) | {"id": "us_guest", "role": "guest", "state": "active", "email": None}  # type: ignore[arg-type]
        row |= {"created_at": now() - 100 * DAY, "last_seen_at": now() - 99 * DAY, "password_digest": None}
        await session.execute(User.__table__.insert().values(**row))  # type: ignore[attr-defined]
    await until_removed(admin)
    async with db.read() as session:
        assert await session.get(User, "us_guest") is None


async def test_batches_are_small_and_everything_too_old_goes_in_the_end(admin: httpx.AsyncClient, db: Database) -> None:
    await until_removed(admin)  # what other tests left
    await add_calls(db, [700] * 25)
    kind = kind_of("calls", Call.at)
    counts = []
    while not counts or counts[-1] == 10:
        async with db.write() as session:
            counts.append(await kind.remove(session, now() - 600 * DAY, 10))
    assert counts == [10, 10, 5]


@pytest.mark.parametrize("table", [CallStat, CallTime])
async def test_statistics_are_as_old_as_their_hour(db: Database, table: Any) -> None:
    kind = kind_of("statistics", table.hour, unit=SECOND)
    moment = now() - 800 * DAY
    async with db.write() as session:
        await session.execute(delete(table))
        for number, age in enumerate((900, 850, 1)):
            hour = int((now() - age * DAY).timestamp())
            await session.execute(table.__table__.insert().values(**row_of(table.__table__, number) | {"hour": hour}))
        amount = await kind.measure(session, moment)
        assert (amount.rows, amount.oldest is not None and amount.oldest < now() - 899 * DAY) == (2, True)
        assert await kind.remove(session, moment, 1) == 1
        assert await kind.remove(session, moment, 10) == 1
        assert (await kind.measure(session, None)).rows == 1
        await session.execute(delete(table))


async def test_an_sqlite_file_shrinks_after_a_run_while_others_write(tmp_path: Any) -> None:
    from guildhall.core import schema
    from guildhall.core.settings import Settings
    from guildhall.operations.retention import queries

    settings = Settings(_env_file=None, data_dir=tmp_path)
    schema.upgrade(settings)
    db = Database(settings)
    async with db.write() as session:
        row = row_of(Call.__table__, 1)  # type: ignore[arg-type]
        rows = [row | {"id": f"call_{number}", "at": number} for number in range(30_000)]
        await session.execute(Call.__table__.insert(), rows)  # type: ignore[attr-defined]
    async with db.write() as session:
        await session.execute(text("DELETE FROM calls"))
    await _truncate(db)
    before = settings.sqlite_path.stat().st_size
    longest, rounds = 0.0, 0
    while True:
        rounds += 1
        began = asyncio.get_running_loop().time()
        async with db.write() as session:
            more = await queries.give_space_back(session, 256)
        longest = max(longest, asyncio.get_running_loop().time() - began)
        if not more:
            break
    await _truncate(db)
    after = settings.sqlite_path.stat().st_size
    await db.close()
    assert after < before / 4
    assert rounds <= (before - after) / 4096 / 256 + 2
    assert longest < 1.0


async def _truncate(db: Database) -> None:
    async with db.writer.connect() as connection:
        await connection.exec_driver_sql("ROLLBACK")
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await connection.exec_driver_sql("BEGIN")


async def test_unknown_kinds_and_times_that_cannot_be_are_refused(admin: httpx.AsyncClient) -> None:
    wrong = await admin.post(f"{RETENTION}/preview", json={"kind": "dust", "days": 3})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (404, "retention_kind_not_found")
    for days in (0, -1, 10**9, "soon"):
        refused = await admin.post(f"{RETENTION}/preview", json={"kind": "calls", "days": days})
        assert refused.status_code == 400, refused.text


async def test_retention_is_for_admins(member: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("POST", "/preview"), ("POST", "/run")):
        answer = await member.request(method, RETENTION + path, json={"kind": "calls", "days": 3})
        assert answer.status_code == 403
