"""Notifications: told in the transaction of what happened, listed, marked as read, deleted, crowded out."""

import httpx
import pytest

from guildhall.accounts import notification_queries, notifications
from guildhall.core.db import Database
from tests.services.product import Running
from tests.sockets import listening


async def user_id_of(http: httpx.AsyncClient) -> str:
    return str((await http.get("/api/v1/me")).json()["id"])


async def told(db: Database, user_id: str, title: str = "Hello", link: str | None = "/settings") -> str:
    async with db.write() as session:
        return (await notifications.notify(session, user_id, "test.said", title, "Something happened.", link)).id


async def test_a_notification_is_listed_marked_as_read_and_deleted(member: httpx.AsyncClient, db: Database) -> None:
    first, second = [await told(db, await user_id_of(member), title) for title in ("One", "Two")]
    listed = (await member.get("/api/v1/notifications", params={"unread": True, "limit": 2})).json()
    assert [(item["id"], item["title"], item["link"]) for item in listed["items"]] == [
        (second, "Two", "/settings"),
        (first, "One", "/settings"),
    ]
    read = await member.post("/api/v1/notifications/read", json={"ids": [first]})
    assert read.json()["unread"] == listed["unread"] - 1
    assert (await member.delete(f"/api/v1/notifications/{second}")).status_code == 204
    assert (await member.post("/api/v1/notifications/read", json={"all": True})).json() == {"unread": 0}
    assert (await member.get("/api/v1/notifications", params={"unread": True})).json()["items"] == []


async def test_the_list_goes_on_where_a_page_ended(other: httpx.AsyncClient, db: Database) -> None:
    owner = await user_id_of(other)
    ids = [await told(db, owner, f"Nr {i}") for i in range(5)]
    page = (await other.get("/api/v1/notifications", params={"limit": 3})).json()
    rest = (await other.get("/api/v1/notifications", params={"limit": 3, "cursor": page["next_cursor"]})).json()
    assert [item["id"] for item in page["items"] + rest["items"]][:5] == ids[::-1]


async def test_nobody_sees_marks_or_deletes_anothers(
    member: httpx.AsyncClient, other: httpx.AsyncClient, db: Database
) -> None:
    theirs = await told(db, await user_id_of(member))
    gone = await other.delete(f"/api/v1/notifications/{theirs}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "notification_not_found")
    await other.post("/api/v1/notifications/read", json={"ids": [theirs]})
    kept = (await member.get("/api/v1/notifications", params={"unread": True})).json()["items"]
    assert theirs in [item["id"] for item in kept]
    assert theirs not in [item["id"] for item in (await other.get("/api/v1/notifications")).json()["items"]]


async def test_open_pages_hear_of_it_at_once(member: httpx.AsyncClient, server: Running, db: Database) -> None:
    owner = await user_id_of(member)
    async with listening(member) as listener:
        await listener.subscribe(f"user.{owner}")
        assert set((await listener.hear())["body"]) == {"unread", "tabs"}
        async with server.app.hall.db.write() as session:
            row = await notifications.notify(session, owner, "test.said", "Live", "Body")
        created = await listener.until("notification.created")
        assert created["body"]["notification"]["id"] == row.id
        assert created["body"]["unread"] >= 1
        await member.post("/api/v1/notifications/read", json={"all": True})
        assert (await listener.until("notification.read"))["body"] == {"ids": None, "unread": 0}
        await member.delete(f"/api/v1/notifications/{row.id}")
        assert (await listener.until("notification.removed"))["body"]["id"] == row.id


async def test_only_the_newest_are_kept(other: httpx.AsyncClient, db: Database) -> None:
    owner = await user_id_of(other)
    async with db.write() as session:
        for i in range(notifications.KEPT + 7):
            await notifications.notify(session, owner, "test.many", f"Nr {i}", "")
    async with db.read() as session:
        rows = await notification_queries.notifications_of(session, owner, unread_only=False, limit=1000, before=None)
    assert len(rows) == notifications.KEPT
    assert rows[-1].title == "Nr 7"


async def test_every_admin_is_told(admin: httpx.AsyncClient, db: Database) -> None:
    async with db.write() as session:
        assert await notifications.notify_admins(session, "test.alarm", "Look", "Here", "/admin") >= 1
    newest = (await admin.get("/api/v1/notifications", params={"limit": 1})).json()["items"][0]
    assert (newest["kind"], newest["title"]) == ("test.alarm", "Look")


async def test_what_is_too_long_or_unfit_is_cut_and_never_fails(member: httpx.AsyncClient, db: Database) -> None:
    async with db.write() as session:
        row = await notifications.notify(session, await user_id_of(member), "k" * 99, "t\x00" * 500, "b" * 9999)
    assert (len(row.kind), len(row.title), len(row.body)) == (60, 200, 2000)


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:alert(1)", "/a\nb", ""]
)
async def test_a_link_leads_to_a_page_of_ours_or_nowhere(member: httpx.AsyncClient, db: Database, link: str) -> None:
    async with db.write() as session:
        row = await notifications.notify(session, await user_id_of(member), "test.link", "t", "b", link)
    assert row.link is None


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"all": False}, {"ids": ["nt_1"], "all": True}, {"ids": ["\x00"]}, {"ids": "nt_1"}, []]
)
async def test_a_bad_request_says_what_is_wrong(member: httpx.AsyncClient, body: object) -> None:
    answer = await member.post("/api/v1/notifications/read", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
