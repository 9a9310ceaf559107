"""Versions: what a file was stays, can be compared and brought back; and so does what a turn of an agent changed."""

import asyncio
from pathlib import Path

import httpx
import pytest

from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.workspaces.runtime import Workspaces
from tests.services.product import Running
from tests.sockets import listening
from tests.workspaces.desk import begin, names, read, seen, versions, write, wrote

pytestmark = pytest.mark.slow


@pytest.fixture
def spaces(server: Running) -> Workspaces:
    """What agents use."""
    return server.app.hall.workspaces


async def root_of(spaces: Workspaces, desk: str) -> tuple[str, Path]:
    """A workspace's id, and its folder."""
    workspace_id = desk.rpartition("/")[2]
    return workspace_id, await spaces.root(workspace_id)


async def test_folders_whose_names_differ_in_case_only_keep_their_own_versions(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "src/a.txt", "small")
    _, root = await root_of(spaces, desk)
    (root / "SRC").mkdir()
    (root / "SRC" / "a.txt").write_text("capital")
    await member.post(f"{desk}/rescan")
    await member.post(f"{desk}/move", json={"source": "src", "target": "lib"})
    assert [one["size"] for one in await versions(member, desk, "lib/a.txt")] == [5]
    await member.post(f"{desk}/trash", json={"paths": ["lib"]})
    assert [one["size"] for one in await versions(member, desk, "SRC/a.txt")] == [7]


async def test_every_version_can_be_read_compared_and_restored(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    for text in ("one\ntwo\n", "one\nzwei\n", "one\nzwei\n", "three"):
        await wrote(member, desk, "a.txt", text)
    found = await versions(member, desk, "a.txt")
    assert [(one["size"], one["by"], one["is_current"]) for one in found] == [
        (5, "user", True),
        (9, "user", False),
        (8, "user", False),
    ]
    raw = await member.get(f"{desk}/versions/{found[2]['id']}/raw")
    assert raw.text == "one\ntwo\n"
    changed = (await member.get(f"{desk}/versions/{found[1]['id']}/diff")).json()
    assert changed["diff"] == "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n"
    whole = (await member.get(f"{desk}/versions/{found[0]['id']}/diff", params={"against": found[2]["id"]})).json()
    assert whole["diff"].endswith("+three\n\\ No newline at end of file\n")
    restored = await member.post(f"{desk}/versions/{found[2]['id']}/restore")
    assert restored.status_code == 200
    assert (await read(member, desk, "a.txt"))["text"] == "one\ntwo\n"
    assert len(await versions(member, desk, "a.txt")) == 4


async def test_versions_of_a_file_are_bounded(member: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    desk = await begin(member)
    document = "/api/v1/configuration/workspaces"
    held = (await admin.get(document)).json()
    body = {"revision": held["revision"], "value": held["value"] | {"versions_per_file": 3}}
    assert (await admin.put(document, json=body)).status_code == 200
    try:
        await asyncio.sleep(1)
        for number in range(5):
            await wrote(member, desk, "a.txt", str(number))
        kept = await versions(member, desk, "a.txt")
        assert len(kept) == 3
        assert (await member.get(f"{desk}/versions/{kept[-1]['id']}/raw")).text == "2"
    finally:
        held["revision"] = (await admin.get(document)).json()["revision"]
        await admin.put(document, json={"revision": held["revision"], "value": held["value"]})


async def test_what_is_changed_from_outside_is_found_kept_and_told(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "kept.txt", "same")
    await wrote(member, desk, "changed.txt", "before")
    await wrote(member, desk, "gone.txt", "bye")
    workspace_id, root = await root_of(spaces, desk)
    (root / "changed.txt").write_text("after it")
    (root / "gone.txt").unlink()
    (root / "new").mkdir()
    (root / "new" / "made.txt").write_text("made")
    (root / "node_modules").mkdir()
    (root / "node_modules" / "many.js").write_text("0")
    async with listening(member) as listener:
        await listener.subscribe(f"workspace.{workspace_id}")
        found = (await member.post(f"{desk}/rescan")).json()
        frame = await listener.until("files.changed")
    assert sorted(found["paths"]) == ["changed.txt", "gone.txt", "new/made.txt"] == sorted(frame["body"]["paths"])
    assert frame["body"]["by"] == "outside"
    assert [one["by"] for one in await versions(member, desk, "changed.txt")] == ["outside", "user"]
    assert (await versions(member, desk, "gone.txt"))[0]["etag"] is None
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"]) == (17, 4)
    assert (await member.post(f"{desk}/rescan")).json() == {"paths": []}


async def test_what_was_there_before_a_write_is_kept_even_if_nobody_had_noted_it(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    _, root = await root_of(spaces, desk)
    (root / "tool.txt").write_text("by a tool")
    await wrote(member, desk, "tool.txt", "by me")
    found = await versions(member, desk, "tool.txt")
    assert [one["by"] for one in found] == ["user", "outside"]
    assert (await member.get(f"{desk}/versions/{found[1]['id']}/raw")).text == "by a tool"


async def test_a_turn_of_an_agent_is_given_back(member: httpx.AsyncClient, spaces: Workspaces) -> None:
    desk = await begin(member)
    await wrote(member, desk, "edited.txt", "old")
    await wrote(member, desk, "touched.txt", "old")
    await wrote(member, desk, "removed.txt", "old")
    workspace_id, root = await root_of(spaces, desk)
    (root / "unnoticed.txt").write_text("old")
    turn = new_id("tu")
    await spaces.snapshot(workspace_id)
    await spaces.write(workspace_id, "edited.txt", b"new", turn_id=turn)
    await spaces.write(workspace_id, "edited.txt", b"newer", turn_id=turn)
    await spaces.write(workspace_id, "touched.txt", b"new", turn_id=turn)
    (root / "removed.txt").unlink()
    (root / "unnoticed.txt").write_text("new, by a tool")
    (root / "made.txt").write_text("new")
    changed = await spaces.changed(workspace_id, turn_id=turn)
    assert sorted(changed) == ["made.txt", "removed.txt", "unnoticed.txt"]
    await wrote(member, desk, "touched.txt", "by me, since")
    undone = await spaces.undo(workspace_id, turn)
    assert sorted(undone.restored) == ["edited.txt", "made.txt", "removed.txt", "unnoticed.txt"]
    assert undone.conflicts == {"touched.txt": "file_changed"}
    assert await names(member, desk) == ["edited.txt", "removed.txt", "touched.txt", "unnoticed.txt"]
    for path in ("edited.txt", "removed.txt", "unnoticed.txt"):
        assert (await read(member, desk, path))["text"] == "old", path
    newest = (await versions(member, desk, "edited.txt"))[0]
    assert (newest["by"], newest["turn_id"]) == ("undo", turn)
    again = await spaces.undo(workspace_id, turn)
    assert (again.restored, again.conflicts) == ([], {"touched.txt": "file_changed"})


async def test_an_agent_does_not_write_over_what_changed_since_it_read(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a.txt", "one")
    workspace_id, _ = await root_of(spaces, desk)
    etag = (await spaces.read(workspace_id, "a.txt")).etag
    await wrote(member, desk, "a.txt", "two")
    with pytest.raises(AppError) as refused:
        await spaces.write(workspace_id, "a.txt", b"three", expected=etag)
    assert refused.value.code == "file_changed"


async def test_versions_are_nobody_elses(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    mine, theirs = await begin(member), await begin(other)
    await wrote(member, mine, "a.txt", "one")
    version = (await versions(member, mine, "a.txt"))[0]["id"]
    assert seen(await other.get(f"{mine}/versions/{version}")) == (404, "workspace_not_found")
    assert seen(await other.get(f"{theirs}/versions/{version}/raw")) == (404, "version_not_found")
    assert seen(await write(other, theirs, "b.txt", "x"))["is_new"] is True
