"""The jobs page's addresses: who may look, what is shown, what an admin may do, and what the audit log keeps of it."""

import httpx
import pytest

from guildhall.core.db import Database
from guildhall.core.jobs import Jobs, queries
from tests.services.product import Running

JOBS = "/api/v1/operations/jobs"
SCHEDULES = "/api/v1/operations/schedules"


async def put(server: Running, *args: str, delay_seconds: float = 3600) -> str:
    """A job that waits for an hour."""
    jobs, db = jobs_of(server)
    async with db.write() as session:
        return await jobs.enqueue(session, "chat.purge_session", *args, delay_seconds=delay_seconds)


def jobs_of(server: Running) -> tuple[Jobs, Database]:
    return server.app.hall.jobs, server.app.hall.db


async def fail(server: Running, job_id: str) -> None:
    """Have a job fail for good, as its last attempt would."""
    jobs, db = jobs_of(server)
    async with db.write() as session:
        row = await queries.hold_job(session, job_id)
        assert row is not None
        await jobs.transitions.end(session, row, "failed", {"code": "no_luck", "message": "It did not work."})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", JOBS),
        ("GET", f"{JOBS}/counts"),
        ("GET", f"{JOBS}/job_1"),
        ("POST", f"{JOBS}/job_1/retry"),
        ("POST", f"{JOBS}/job_1/cancel"),
        ("GET", SCHEDULES),
        ("GET", f"{SCHEDULES}/preview?cron=@daily"),
        ("POST", f"{SCHEDULES}/jobs.tidy/run"),
    ],
)
async def test_jobs_are_for_admins(member: httpx.AsyncClient, http: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await member.request(method, path)).json()["error"]["code"] == "admin_only"
    assert (await http.request(method, path)).status_code == 401


async def test_a_waiting_job_is_listed_shown_and_cancelled(admin: httpx.AsyncClient, server: Running) -> None:
    job_id = await put(server, "se_none", "2026-01-01T00:00:00+00:00")
    listed = (await admin.get(JOBS, params={"state": "waiting", "name": "chat.purge_session"})).json()["items"]
    assert job_id in [job["id"] for job in listed]
    shown = (await admin.get(f"{JOBS}/{job_id}")).json()
    assert (shown["state"], shown["args"][0], shown["steps"], shown["most_attempts"]) == ("waiting", "se_none", [], 5)
    assert job_id not in [job["id"] for job in (await admin.get(JOBS, params={"state": "queued"})).json()["items"]]

    ended = await admin.post(f"{JOBS}/{job_id}/cancel")
    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
    again = await admin.post(f"{JOBS}/{job_id}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "job_ended")
    entries = (await admin.get("/api/v1/audit", params={"target": f"job:{job_id}"})).json()["items"]
    assert [entry["action"] for entry in entries] == ["job.cancelled"]


async def test_a_failed_job_is_on_the_list_until_somebody_settles_it(admin: httpx.AsyncClient, server: Running) -> None:
    job_id = await put(server, "se_none", "2026-01-01T00:00:00+00:00")
    await fail(server, job_id)

    async def unsettled() -> list[str]:
        found = await admin.get(JOBS, params={"state": "failed", "settled": False, "limit": 200})
        return [job["id"] for job in found.json()["items"]]

    assert job_id in await unsettled()
    before = (await admin.get(f"{JOBS}/counts")).json()
    assert before["failed"] >= 1
    noted = await admin.post(f"{JOBS}/{job_id}/resolve", json={"note": "Done by hand."})
    me = (await admin.get("/api/v1/me")).json()["id"]
    assert (noted.json()["verdict"], noted.json()["note"], noted.json()["settled_by"]) == (
        "resolved",
        "Done by hand.",
        me,
    )
    assert job_id not in await unsettled()
    assert (await admin.get(f"{JOBS}/counts")).json()["failed"] == before["failed"] - 1
    assert (await admin.post(f"{JOBS}/{job_id}/ignore", json={})).json()["verdict"] == "ignored"

    retried = (await admin.post(f"{JOBS}/{job_id}/retry")).json()
    assert (retried["verdict"], retried["error"], retried["attempts"]) == (None, None, 0)
    entries = (await admin.get("/api/v1/audit", params={"target": f"job:{job_id}"})).json()["items"]
    assert [entry["action"] for entry in reversed(entries)] == ["job.resolved", "job.ignored", "job.retried"]


async def test_what_cannot_be_done_to_a_job_is_said_in_one_sentence(admin: httpx.AsyncClient, server: Running) -> None:
    job_id = await put(server, "se_none", "2026-01-01T00:00:00+00:00")
    for verb, body in (("retry", None), ("resolve", {}), ("ignore", {"note": "x"})):
        refused = await admin.post(f"{JOBS}/{job_id}/{verb}", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "job_not_failed")
        unknown = await admin.post(f"{JOBS}/job_none/{verb}", json=body)
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "job_not_found")
    assert (await admin.post(f"{JOBS}/{job_id}/resolve", json={"note": "\u0000"})).status_code == 400
    assert (await admin.get(JOBS, params={"state": "sleeping"})).status_code == 400
    assert (await admin.get(JOBS, params={"cursor": "%%%"})).status_code == 400
    await admin.post(f"{JOBS}/{job_id}/cancel")


async def test_the_list_goes_on_where_a_page_ended(admin: httpx.AsyncClient, server: Running) -> None:
    made = [await put(server, "se_none", "2026-01-01T00:00:00+00:00") for _ in range(5)]
    first = (await admin.get(JOBS, params={"limit": 2, "name": "chat.purge_session"})).json()
    rest = await admin.get(JOBS, params={"limit": 3, "name": "chat.purge_session", "cursor": first["next_cursor"]})
    assert [job["id"] for job in first["items"] + rest.json()["items"]] == list(reversed(made))
    for job_id in made:
        await admin.post(f"{JOBS}/{job_id}/cancel")


async def test_a_schedule_is_changed_switched_off_and_set_back(admin: httpx.AsyncClient) -> None:
    async def schedule() -> dict[str, object]:
        return next(each for each in (await admin.get(SCHEDULES)).json() if each["name"] == "jobs.tidy")

    before = await schedule()
    changed = await admin.patch(f"{SCHEDULES}/jobs.tidy", json={"cron": "15 4 * * *", "time_zone": "Asia/Shanghai"})
    assert changed.status_code == 200
    assert changed.json()["next_at"][11:16] == "20:15"
    off = (await admin.patch(f"{SCHEDULES}/jobs.tidy", json={"enabled": False})).json()
    assert (off["enabled"], off["next_at"], off["cron"]) == (False, None, "15 4 * * *")
    back = {"enabled": True, "cron": before["default_cron"], "time_zone": before["default_time_zone"]}
    await admin.patch(f"{SCHEDULES}/jobs.tidy", json=back)
    assert (await schedule())["next_at"] is not None
    entries = (await admin.get("/api/v1/audit", params={"target": "schedule:jobs.tidy"})).json()["items"]
    first = next(entry for entry in reversed(entries) if entry["action"] == "schedule.changed")
    assert first["after"] == {"cron": "15 4 * * *", "time_zone": "Asia/Shanghai"}


async def test_a_wrong_schedule_is_refused_and_changes_nothing(admin: httpx.AsyncClient) -> None:
    before = (await admin.get(SCHEDULES)).json()
    for body, code in (
        ({"cron": "61 * * * *"}, "invalid_cron"),
        ({"cron": "* * 30 2 *"}, "invalid_cron"),
        ({"time_zone": "Mars/Olympus"}, "invalid_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "invalid_time_zone"),
        ({"interval": 5}, "invalid_request"),
    ):
        refused = await admin.patch(f"{SCHEDULES}/jobs.tidy", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert (await admin.patch(f"{SCHEDULES}/none", json={})).status_code == 404
    assert (await admin.get(SCHEDULES)).json() == before


async def test_a_schedule_is_shown_before_it_is_stored(admin: httpx.AsyncClient) -> None:
    wanted = {"cron": "30 2 * * *", "time_zone": "Europe/Berlin"}
    moments = (await admin.get(f"{SCHEDULES}/preview", params=wanted)).json()["moments"]
    assert len(moments) == 5
    assert moments == sorted(moments)
    assert (await admin.get(f"{SCHEDULES}/preview", params={"cron": "x"})).json()["error"]["code"] == "invalid_cron"


async def test_the_metrics_tell_how_the_queues_stand(admin: httpx.AsyncClient, server: Running) -> None:
    text = (await admin.get("/metrics")).text
    for line in ('guildhall_jobs{queue="chores",state="waiting"}', 'guildhall_jobs_oldest_seconds{queue="turns"}'):
        assert line in text
