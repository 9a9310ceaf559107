"""Uploads go on where they broke off; folders and selections go out as zip files."""

import asyncio
import io
import zipfile
from typing import Any

import httpx
import pytest

from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.uploads import CHUNK_BYTES
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import Running
from tests.workspaces.desk import begin, names, read, seen, versions, wrote

pytestmark = pytest.mark.slow


@pytest.fixture
def spaces(server: Running) -> Workspaces:
    """The workspaces of the product."""
    return server.app.hall.workspaces


async def upload(http: httpx.AsyncClient, desk: str, path: str, content: bytes, **options: Any) -> str:
    """Begin an upload and send all of it; gives its address."""
    begun = await http.post(f"{desk}/uploads", json={"path": path, "size": len(content), **options})
    assert begun.status_code == 201, begun.text
    place = f"{desk}/uploads/{begun.json()['id']}"
    for offset in range(0, len(content), CHUNK_BYTES):
        sent = await http.put(place, params={"offset": offset}, content=content[offset : offset + CHUNK_BYTES])
        assert sent.status_code == 200, sent.text
    return place


async def test_files_are_uploaded_piece_by_piece_into_folders(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    content = bytes(range(256)) * 40_000  # 10 MB, in two pieces
    place = await upload(member, desk, "photos/2026/a.bin", content)
    assert (await member.get(place)).json()["offset"] == len(content)
    assert await names(member, desk) == []
    done = await member.post(f"{place}/complete")
    assert (done.status_code, done.json()["size"]) == (200, len(content))
    raw = await member.get(f"{desk}/file/raw", params={"path": "photos/2026/a.bin"})
    assert raw.content == content
    assert seen(await member.post(f"{place}/complete")) == (404, "upload_not_found")
    assert (await member.get(f"{desk}/uploads")).json() == []


async def test_an_upload_goes_on_where_it_broke_off(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    begun = await member.post(f"{desk}/uploads", json={"path": "a.txt", "size": 10})
    place = f"{desk}/uploads/{begun.json()['id']}"
    assert (await member.put(place, params={"offset": 0}, content=b"01234")).json()["offset"] == 5
    assert seen(await member.post(f"{place}/complete")) == (409, "upload_incomplete")
    wrong = await member.put(place, params={"offset": 3}, content=b"34567")
    assert (seen(wrong), wrong.json()["error"]["details"]) == ((409, "wrong_offset"), {"offset": 5})
    long = await member.put(place, params={"offset": 5}, content=b"567890")
    assert (seen(long), long.json()["error"]["details"]) == ((413, "file_too_large"), {"limit_bytes": 10})
    assert (await member.get(place)).json()["offset"] == 5
    assert (await member.put(place, params={"offset": 5}, content=b"56789")).status_code == 200
    assert (await member.post(f"{place}/complete")).status_code == 200
    assert (await read(member, desk, "a.txt"))["text"] == "0123456789"


async def test_an_empty_file_can_be_uploaded(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    place = await upload(member, desk, "empty.txt", b"")
    assert (await member.post(f"{place}/complete")).json()["size"] == 0
    assert (await read(member, desk, "empty.txt"))["text"] == ""
    place = await upload(member, desk, "empty.zip", b"")
    assert seen(await member.post(f"{place}/unpack", json={})) == (400, "bad_archive")


async def test_what_came_before_the_connection_broke_is_kept(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    begun = await member.post(f"{desk}/uploads", json={"path": "a.bin", "size": 3_000_000})
    place = f"{desk}/uploads/{begun.json()['id']}"

    async def breaking() -> Any:
        yield b"x" * 2_000_000
        await asyncio.sleep(0.3)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await member.put(place, params={"offset": 0}, content=breaking())
    for _ in range(20):
        await asyncio.sleep(0.2)
        come = (await member.get(place)).json()["offset"]
        rest = await member.put(place, params={"offset": come}, content=b"")
        if come and rest.status_code == 200:  # the broken request has given the upload back
            break
    assert come >= 1_000_000
    rest = await member.put(place, params={"offset": come}, content=b"x" * (3_000_000 - come))
    assert rest.json()["offset"] == 3_000_000
    assert (await member.post(f"{place}/complete")).status_code == 200


@pytest.mark.slow
async def test_an_upload_survives_a_restart(make_settings: MakeSettings) -> None:
    settings = make_settings()
    async with product.serving(settings) as running, product.signed_in(running.url, "a@example.org", "Ada") as http:
        desk = await begin(http)
        begun = await http.post(f"{desk}/uploads", json={"path": "a.txt", "size": 4})
        place = f"{desk}/uploads/{begun.json()['id']}"
        await http.put(place, params={"offset": 0}, content=b"12")
        token = http.headers["authorization"]
    async with product.serving(settings) as running, product.client(running.url) as http:
        http.headers["authorization"] = token
        assert [one["offset"] for one in (await http.get(f"{desk}/uploads")).json()] == [2]
        await http.put(place, params={"offset": 2}, content=b"34")
        assert (await http.post(f"{place}/complete")).status_code == 200
        assert (await read(http, desk, "a.txt"))["text"] == "1234"


async def test_uploads_replace_only_what_they_may_and_keep_what_was_there(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a.txt", "one")
    again = await member.post(f"{desk}/uploads", json={"path": "a.txt", "size": 1})
    assert seen(again) == (409, "path_taken")
    place = await upload(member, desk, "a.txt", b"two", replaces=True)
    assert (await member.post(f"{place}/complete")).json()["is_new"] is False
    assert len(await versions(member, desk, "a.txt")) == 2
    first, second = [await upload(member, desk, "b.txt", text) for text in (b"1", b"2")]
    assert (await member.post(f"{first}/complete")).status_code == 200
    assert seen(await member.post(f"{second}/complete")) == (412, "file_changed")
    assert (await member.delete(second)).status_code == 204
    assert seen(await member.get(second)) == (404, "upload_not_found")


async def test_what_is_too_large_is_refused_before_and_while_it_comes(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    use = (await member.get(f"{desk}/use")).json()
    big = {"path": "a.bin", "size": use["upload_limit_bytes"] + 1}
    assert seen(await member.post(f"{desk}/uploads", json=big)) == (413, "file_too_large")
    most = {"path": "a.bin", "size": use["upload_limit_bytes"]}
    begun = [await member.post(f"{desk}/uploads", json=most) for _ in range(11)]
    assert [answer.status_code for answer in begun] == [201] * 10 + [413]
    assert seen(begun[-1]) == (413, "workspace_full")
    place = f"{desk}/uploads/{begun[0].json()['id']}"
    long = await member.put(place, params={"offset": 0}, content=b"x" * (CHUNK_BYTES + 1))
    assert seen(long) == (413, "request_too_large")


async def test_folders_and_selections_are_downloaded_as_a_zip_file(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member, "Mein Büro")
    for path, text in {"a/b.txt": "one", "a/c/d.txt": "two", "e.txt": "three"}.items():
        await wrote(member, desk, path, text)
    root = await spaces.root(desk.rpartition("/")[2])
    (root / "a" / "leak").symlink_to("/etc/passwd")
    (root / "a" / "inner").symlink_to("b.txt")
    whole = await member.get(f"{desk}/archive")
    assert whole.headers["content-disposition"].endswith("filename*=UTF-8''Mein%20B%C3%BCro.zip")
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["a/", "a/b.txt", "a/c/", "a/c/d.txt", "e.txt"]
        assert archive.read("a/c/d.txt") == b"two"
    chosen = await member.get(f"{desk}/archive", params={"path": ["a/c", "a/b.txt", "a/c/d.txt"]})
    with zipfile.ZipFile(io.BytesIO(chosen.content)) as archive:
        assert sorted(archive.namelist()) == ["b.txt", "c/", "c/d.txt"]
    assert seen(await member.get(f"{desk}/archive", params={"path": "nothing"})) == (404, "file_not_found")
