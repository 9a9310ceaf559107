"""Workspaces: make, list, rename, delete with undo, forget; within limits, for their owner alone."""

import asyncio
import os
import time

import httpx
import pytest
from sqlalchemy import func, select, update

from guildhall.core.db import Database
from guildhall.core.tables import Event
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.tables import FileVersion, TrashEntry, Upload, Workspace
from guildhall.workspaces.workspaces import PURGE
from tests.accounts.visitors import register, visitor
from tests.services.product import PASSWORD, Running
from tests.sockets import listening
from tests.workspaces.desk import WORKSPACES, begin, names, read, seen, versions, write, wrote

pytestmark = pytest.mark.slow


@pytest.fixture
def spaces(server: Running) -> Workspaces:
    """The workspaces of the product."""
    return server.app.hall.workspaces


async def purged(server: Running, workspace_id: str, deleted_at: str) -> None:
    """Run the job that forgets, as a worker would."""
    job = server.app.hall.jobs.kinds[PURGE]
    await job.run(None, workspace_id, deleted_at)


async def test_workspaces_are_listed_newest_first_page_by_page(other: httpx.AsyncClient) -> None:
    made = [(await begin(other, f"Desk {number}")).rpartition("/")[2] for number in range(5)]
    found, cursor = [], None
    while True:
        page = (await other.get(WORKSPACES, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [one for one in found if one in made] == made[::-1]
    renamed = await other.patch(f"{WORKSPACES}/{made[0]}", json={"name": "  Drawer "})
    assert renamed.json()["name"] == "Drawer"
    assert seen(await other.patch(f"{WORKSPACES}/{made[0]}", json={"name": " "})) == (400, "invalid_request")


async def test_a_deleted_workspace_can_be_brought_back_with_everything_in_it(
    member: httpx.AsyncClient, server: Running, db: Database
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a.txt", "one")
    assert (await member.delete(desk)).status_code == 204
    assert seen(await member.get(desk)) == (404, "workspace_not_found")
    assert await read(member, desk, "a.txt") == (404, "workspace_not_found")
    assert seen(await member.delete(desk)) == (404, "workspace_not_found")
    workspace_id = desk.rpartition("/")[2]
    async with db.read() as session:
        row = await session.get(Workspace, workspace_id)
    assert row is not None
    assert row.deleted_at is not None
    assert (await member.post(f"{desk}/restore")).status_code == 200
    await purged(server, workspace_id, row.deleted_at.isoformat())
    assert (await read(member, desk, "a.txt"))["text"] == "one"
    assert seen(await member.post(f"{desk}/restore")) == (404, "workspace_not_found")


async def test_of_a_purged_workspace_nothing_is_left(
    member: httpx.AsyncClient, server: Running, spaces: Workspaces, db: Database
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a.txt", "one")
    workspace_id = desk.rpartition("/")[2]
    folder = (await spaces.root(workspace_id)).parent
    assert (folder.stat().st_mode & 0o777, folder.is_dir()) == (0o700, True)
    await member.delete(desk)
    async with db.read() as session:
        row = await session.get(Workspace, workspace_id)
    assert row is not None
    assert row.deleted_at is not None
    await purged(server, workspace_id, row.deleted_at.isoformat())
    assert not folder.exists()
    async with db.read() as session:
        for table in (FileVersion, TrashEntry, Upload):
            left = select(func.count()).select_from(table).where(table.workspace_id == workspace_id)
            assert (await session.execute(left)).scalar_one() == 0
        events = select(func.count()).select_from(Event).where(Event.stream == f"workspace.{workspace_id}")
        assert (await session.execute(events)).scalar_one() == 0
    await purged(server, workspace_id, row.deleted_at.isoformat())


async def test_every_tab_hears_of_changes(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    workspace_id = desk.rpartition("/")[2]
    async with listening(member) as listener:
        await listener.subscribe(f"workspace.{workspace_id}")
        snapshot = await listener.hear()
        assert snapshot["body"]["workspace"]["name"] == "Desk"
        await wrote(member, desk, "a/b.txt", "one")
        frame = await listener.until("files.changed")
        assert frame["body"] == {"paths": ["a/b.txt"], "more": False, "by": "user", "turn_id": None}
        await member.post(f"{desk}/move", json={"source": "a", "target": "c"})
        assert (await listener.until("files.changed"))["body"]["paths"] == ["a", "c"]
        await member.patch(desk, json={"name": "Drawer"})
        assert (await listener.until("workspace.changed"))["body"]["workspace"]["name"] == "Drawer"
        await member.delete(desk)
        await listener.until("workspace.removed")


async def test_what_was_deleted_comes_back_from_the_trash(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a/b.txt", "one")
    await wrote(member, desk, "c.txt", "two")
    deleted = await member.post(f"{desk}/trash", json={"paths": ["a", "a/b.txt", "c.txt"]})
    assert deleted.status_code == 201, deleted.text
    assert [entry["path"] for entry in deleted.json()] == ["a", "c.txt"]
    assert await names(member, desk) == []
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"], use["trash_bytes"]) == (0, 0, 6)
    assert (await versions(member, desk, "a/b.txt"))[0]["etag"] is None
    await wrote(member, desk, "c.txt", "new")
    folder, file = (entry["id"] for entry in deleted.json())
    assert (await member.post(f"{desk}/trash/{folder}/restore", json={})).json()["path"] == "a"
    assert (await read(member, desk, "a/b.txt"))["text"] == "one"
    assert seen(await member.post(f"{desk}/trash/{file}/restore", json={})) == (409, "path_taken")
    elsewhere = await member.post(f"{desk}/trash/{file}/restore", json={"path": "old/c.txt"})
    assert elsewhere.json()["path"] == "old/c.txt"
    assert (await member.get(f"{desk}/trash")).json()["items"] == []
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"], use["trash_bytes"]) == (9, 3, 0)
    assert seen(await member.post(f"{desk}/trash", json={"paths": ["nothing"]})) == (404, "file_not_found")
    assert seen(await member.post(f"{desk}/trash", json={"paths": ["/"]}))[0] == 400


async def test_emptied_trash_is_gone_for_good(member: httpx.AsyncClient, spaces: Workspaces) -> None:
    desk = await begin(member)
    for name in ("a", "b", "c"):
        await wrote(member, desk, name, "x")
    entries = (await member.post(f"{desk}/trash", json={"paths": ["a", "b", "c"]})).json()
    bin_ = spaces.ground.trash(desk.rpartition("/")[2])
    assert len(bin_.entries("")) == 3
    assert (await member.delete(f"{desk}/trash/{entries[0]['id']}")).status_code == 204
    assert seen(await member.delete(f"{desk}/trash/{entries[0]['id']}")) == (404, "trash_entry_not_found")
    assert (await member.delete(f"{desk}/trash")).status_code == 204
    assert bin_.entries("") == []


async def test_people_have_so_many_workspaces_and_each_holds_so_much(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    desk = await begin(member)
    document = "/api/v1/configuration/workspaces"
    held = (await admin.get(document)).json()
    small = held["value"] | {"quota_megabytes": 1, "edit_megabytes": 1, "workspaces_per_person": 1}
    assert (await admin.put(document, json={"revision": held["revision"], "value": small})).status_code == 200
    try:
        assert seen(await member.post(WORKSPACES, json={"name": "More"})) == (409, "too_many_workspaces")
        half = b"x" * 600_000
        await wrote(member, desk, "a.bin", half)
        await wrote(member, desk, "a.bin", half[:-1])
        refused = await write(member, desk, "b.bin", half)
        assert seen(refused) == (413, "workspace_full")
        assert refused.json()["error"]["details"] == {"limit_bytes": 1024 * 1024}
        copied = await member.post(f"{desk}/copy", json={"source": "a.bin", "target": "b.bin"})
        assert seen(copied) == (413, "workspace_full")
        await member.post(f"{desk}/trash", json={"paths": ["a.bin"]})
        assert seen(await write(member, desk, "b.bin", half)) == (413, "workspace_full")
        await member.delete(f"{desk}/trash")
        await wrote(member, desk, "b.bin", half)
        assert seen(await write(member, desk, "c.bin", b"x" * (1024 * 1024 + 1)))[0] == 413
        assert await names(member, desk) == ["b.bin"]
    finally:
        revision = (await admin.get(document)).json()["revision"]
        await admin.put(document, json={"revision": revision, "value": held["value"]})


async def test_every_night_what_nobody_needs_goes(
    member: httpx.AsyncClient, server: Running, spaces: Workspaces, db: Database
) -> None:
    desk = await begin(member)
    workspace_id = desk.rpartition("/")[2]
    await wrote(member, desk, "a.txt", "one")
    await wrote(member, desk, "old.txt", "two")
    await member.post(f"{desk}/trash", json={"paths": ["old.txt"]})
    begun = await member.post(f"{desk}/uploads", json={"path": "never.bin", "size": 10})
    await member.put(f"{desk}/uploads/{begun.json()['id']}", params={"offset": 0}, content=b"12345")
    folder = (await spaces.root(workspace_id)).parent
    lost = folder / "files" / ".0123.guildhall-part"
    lost.write_text("half")
    orphan = folder.parent / "ws_nobodys"
    orphan.mkdir()
    unused = folder / "versions" / "ab" / ("ab" * 32)
    unused.parent.mkdir(exist_ok=True)
    unused.write_text("x")
    long_ago = time.time() - 90 * 86400
    for place in (lost, unused):
        os.utime(place, (long_ago, long_ago))
    async with db.write() as session:
        for table, column in ((TrashEntry, "deleted_at"), (Upload, "updated_at")):
            row = (await session.scalars(select(table).where(table.workspace_id == workspace_id))).one()
            changed = {column: getattr(row, column).replace(year=2020)}
            await session.execute(update(table).where(table.id == row.id).values(**changed))
    await _tidied(server)
    assert (lost.exists(), unused.exists()) == (False, False)
    assert orphan.exists()  # it has just been made: its row may be on its way
    assert [os.listdir(folder / part) for part in ("trash", "uploads")] == [[], []]
    assert (await member.get(f"{desk}/trash")).json()["items"] == []
    found = await versions(member, desk, "a.txt")
    assert (await member.get(f"{desk}/versions/{found[0]['id']}/raw")).text == "one"
    orphan.rmdir()


async def _tidied(server: Running) -> None:
    class Context:
        async def progress(self, *_: object) -> None:
            """Nobody looks."""

    await server.app.hall.jobs.kinds["workspaces.tidy"].run(Context())


@pytest.mark.slow
async def test_with_an_account_go_its_workspaces_and_before_it_a_copy(
    server: Running, admin: httpx.AsyncClient, spaces: Workspaces, db: Database
) -> None:
    async with visitor(server) as browser:
        await register(browser)
        desk = await begin(browser, "My desk")
        await wrote(browser, desk, "a.txt", "one")
        copy = (await browser.get("/api/v1/me/export")).json()
        assert [space["name"] for space in copy["workspaces"]] == ["My desk"]
        assert [(file["path"], file["size"]) for file in copy["files"]] == [("a.txt", 3)]
        folder = (await spaces.root(desk.rpartition("/")[2])).parent
        assert (await browser.request("DELETE", "/api/v1/me", json={"password": PASSWORD})).status_code == 204
    for _ in range(100):
        await asyncio.sleep(0.2)
        if not folder.exists():
            break
    assert not folder.exists()
    async with db.read() as session:
        assert await session.get(Workspace, desk.rpartition("/")[2]) is None
