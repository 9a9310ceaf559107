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
from guildhall.core.tables import Event
from guildhall.edge.tables import Call, CallStat, CallTime
from guildhall.operations.retention import event_kind
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.queries import SECOND, kind_of
from tests.chat.talk import SESSIONS, begin
from tests.operations.rows import row_of

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
            row = row_of(Call.__table__, number) | {"id": f"call_{age}_{number}"}  # type: ignore[arg-type]
            row["at"] = int((now() - age * DAY).timestamp() * 1_000_000)
            await session.execute(Call.__table__.insert().values(**row))  # type: ignore[attr-defined]


async def test_there_is_a_time_for_every_kind_and_a_kind_for_every_time(admin: httpx.AsyncClient) -> None:
    kinds = (await admin.get(RETENTION)).json()
    assert {kind["kind"] for kind in kinds} == set(RetentionPolicy.model_fields)
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
        left = (await session.scalars(select(Call.id).where(Call.id.like("call!_%!_%", escape="!")))).all()
    assert [call for call in left if call.startswith("call_1_")]


async def test_every_run_is_in_the_audit_log_with_what_went(admin: httpx.AsyncClient, db: Database) -> None:
    await add_calls(db, [500])
    await until_removed(admin)
    entries = (await admin.get("/api/v1/audit", params={"action": "retention.ran"})).json()["items"]
    assert entries[0]["after"]["removed"]["calls"] >= 1
    assert set(entries[0]["after"]["removed"]) == set(RetentionPolicy.model_fields) - {"sessions"}


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


@pytest.mark.slow
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
