"""Many files at once: what can be done is done, what can't is told, and one request takes it back."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from guildhall.workspaces import batches, streams
from guildhall.workspaces.runtime import Workspaces
from tests.services.product import Running
from tests.sockets import listening
from tests.workspaces.desk import begin, names, read, seen, versions, wrote

pytestmark = pytest.mark.slow


@pytest.fixture
def spaces(server: Running) -> Workspaces:
    """The workspaces of the product."""
    return server.app.hall.workspaces


async def ask(http: httpx.AsyncClient, address: str, **body: Any) -> Any:
    """Ask for a batch; gives what was done and what was not, the latter by path."""
    answer = await http.post(address, json=body)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return said["done"], {one["path"]: one["code"] for one in said["failed"]}


async def filled(http: httpx.AsyncClient) -> str:
    """A workspace with some files in it."""
    desk = await begin(http)
    for path in ("a.txt", "b.txt", "docs/one.md", "docs/two.md", "docs/old/three.md"):
        await wrote(http, desk, path, path)
    return desk


async def test_many_are_deleted_and_come_back_as_they_were(member: httpx.AsyncClient) -> None:
    desk = await filled(member)
    before = (await member.get(f"{desk}/use")).json()
    paths = ["docs", "docs/one.md", "a.txt", "a.txt/", "gone.txt", "../out"]
    done, failed = await ask(member, f"{desk}/batch/trash", paths=paths)
    assert [one["path"] for one in done] == ["a.txt", "docs"]
    assert failed == {"gone.txt": "file_not_found", "../out": "bad_path"}
    assert await names(member, desk) == ["b.txt"]
    use = (await member.get(f"{desk}/use")).json()
    assert (use["file_count"], use["trash_bytes"]) == (1, before["files_bytes"] - len("b.txt"))
    assert (await versions(member, desk, "docs/old/three.md"))[0]["etag"] is None
    ids = [one["id"] for one in done]
    back, failed = await ask(member, f"{desk}/batch/restore", entry_ids=[*ids, "tr_unknown"])
    assert [one["path"] for one in back] == ["a.txt", "docs"]
    assert failed == {"tr_unknown": "trash_entry_not_found"}
    assert (await read(member, desk, "docs/old/three.md"))["text"] == "docs/old/three.md"
    use = (await member.get(f"{desk}/use")).json()
    assert [use[name] for name in ("files_bytes", "file_count", "trash_bytes")] == [
        before[name] for name in ("files_bytes", "file_count", "trash_bytes")
    ]
    assert (await member.get(f"{desk}/trash")).json()["items"] == []
    assert [one["by"] for one in await versions(member, desk, "docs/one.md")] == ["user"] * 3


async def test_what_went_as_the_server_ended_comes_back(
    member: httpx.AsyncClient, spaces: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await filled(member)
    with monkeypatch.context() as patched, pytest.raises(EOFError):
        patched.setattr(streams, "publish_files", _ends)
        await batches.put_all(spaces.ground, desk.rpartition("/")[2], ["docs"])
    assert await names(member, desk) == ["a.txt", "b.txt"]
    (entry,) = (await member.get(f"{desk}/trash")).json()["items"]
    assert (await member.post(f"{desk}/trash/{entry['id']}/restore", json={})).json()["path"] == "docs"
    assert (await read(member, desk, "docs/old/three.md"))["text"] == "docs/old/three.md"


async def _ends(*_: object) -> None:
    raise EOFError


async def test_what_is_in_the_way_stays_and_what_was_not_brought_back_is_still_in_the_trash(
    member: httpx.AsyncClient,
) -> None:
    desk = await filled(member)
    done, _ = await ask(member, f"{desk}/batch/trash", paths=["a.txt", "b.txt"])
    await wrote(member, desk, "a.txt", "new")
    back, failed = await ask(member, f"{desk}/batch/restore", entry_ids=[one["id"] for one in done])
    assert ([one["path"] for one in back], failed) == (["b.txt"], {"a.txt": "path_taken"})
    assert (await read(member, desk, "a.txt"))["text"] == "new"
    assert [one["path"] for one in (await member.get(f"{desk}/trash")).json()["items"]] == ["a.txt"]


async def test_many_are_moved_with_their_versions_and_moved_back(member: httpx.AsyncClient) -> None:
    desk = await filled(member)
    await wrote(member, desk, "a.txt", "again")
    await wrote(member, desk, "new/b.txt", "in the way")
    moves = [
        {"source": path, "target": f"new/{path.rpartition('/')[2]}"} for path in ("a.txt", "b.txt", "docs", "gone.txt")
    ]
    into_itself = {"source": "new", "target": "new/deeper"}
    done, failed = await ask(member, f"{desk}/batch/move", moves=[*moves, into_itself])
    assert done == [{"source": "a.txt", "target": "new/a.txt"}, {"source": "docs", "target": "new/docs"}]
    assert failed == {"b.txt": "path_taken", "gone.txt": "file_not_found", "new": "into_itself"}
    assert len(await versions(member, desk, "new/a.txt")) == 2
    assert len(await versions(member, desk, "new/docs/old/three.md")) == 1
    assert (await read(member, desk, "new/b.txt"))["text"] == "in the way"
    back = [{"source": one["target"], "target": one["source"]} for one in done]
    done, failed = await ask(member, f"{desk}/batch/move", moves=back)
    assert (len(done), failed) == (2, {})
    assert await names(member, desk) == ["docs", "new", "a.txt", "b.txt"]
    assert await names(member, desk, "new") == ["new/b.txt"]


async def test_many_are_downloaded_as_one_zip_file(member: httpx.AsyncClient) -> None:
    desk = await filled(member)
    answer = await member.post(f"{desk}/archive", json={"paths": ["docs", "docs/one.md", "a.txt"]})
    assert answer.headers["content-disposition"].endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = [name for name in archive.namelist() if not name.endswith("/")]
        assert sorted(found) == ["a.txt", "docs/old/three.md", "docs/one.md", "docs/two.md"]
    missing = await member.post(f"{desk}/archive", json={"paths": ["a.txt", "gone.txt"]})
    assert seen(missing) == (404, "file_not_found")


async def test_other_tabs_are_told_of_a_batch(member: httpx.AsyncClient, server: Running) -> None:
    desk = await filled(member)
    async with listening(member) as socket:
        await socket.subscribe(f"workspace.{desk.rpartition('/')[2]}")
        await ask(member, f"{desk}/batch/trash", paths=["a.txt", "b.txt"])
        told = (await socket.until("files.changed"))["body"]
    assert (told["paths"], told["by"]) == (["a.txt", "b.txt"], "user")


async def test_batches_are_bounded_and_their_owners_alone(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    desk = await filled(member)
    theirs = await begin(other)
    deleted, _ = await ask(member, f"{desk}/batch/trash", paths=["a.txt"])
    for part, body in {
        "batch/trash": {"paths": ["b.txt"]},
        "batch/restore": {"entry_ids": [deleted[0]["id"]]},
        "batch/move": {"moves": [{"source": "b.txt", "target": "c.txt"}]},
        "archive": {"paths": ["b.txt"]},
    }.items():
        assert seen(await other.post(f"{desk}/{part}", json=body)) == (404, "workspace_not_found")
        name, (one,) = next(iter(body.items()))
        assert seen(await member.post(f"{desk}/{part}", json={name: [one] * 2001})) == (400, "invalid_request")
        assert seen(await member.post(f"{desk}/{part}", json={name: []})) == (400, "invalid_request")
    _, failed = await ask(other, f"{theirs}/batch/restore", entry_ids=[deleted[0]["id"]])
    assert list(failed.values()) == ["trash_entry_not_found"]
    assert await names(member, desk) == ["docs", "b.txt"]


async def test_hundreds_go_and_come_in_a_moment(member: httpx.AsyncClient, spaces: Workspaces) -> None:
    desk = await begin(member)
    root = await spaces.root(desk.rpartition("/")[2])
    paths = [f"{number:04}.txt" for number in range(2000)]
    for path in paths:
        (root / path).write_text(path)
    await member.post(f"{desk}/rescan")
    done, failed = await ask(member, f"{desk}/batch/trash", paths=paths)
    assert (len(done), failed, await names(member, desk)) == (2000, {}, [])
    done, failed = await ask(member, f"{desk}/batch/restore", entry_ids=[one["id"] for one in done])
    assert (len(done), failed) == (2000, {})
    moves = [{"source": path, "target": f"in/{path}"} for path in paths]
    done, failed = await ask(member, f"{desk}/batch/move", moves=moves)
    assert (len(done), failed) == (2000, {})
    assert (await member.get(f"{desk}/use")).json()["file_count"] == 2000
    assert len(await versions(member, desk, "in/1999.txt")) == 3
