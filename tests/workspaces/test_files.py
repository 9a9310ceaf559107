"""Files: read, written with preconditions, moved, copied, deleted, downloaded; and never by anybody else."""

import asyncio

import httpx

from guildhall.workspaces.safe_files import etag_of
from tests.services.product import Running
from tests.workspaces.desk import begin, names, read, seen, versions, write, wrote


async def test_a_file_is_written_and_read_with_its_etag(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    made = await write(member, desk, "notes/today.md", "# Today\n", if_none_match="*")
    assert (made.status_code, made.json()["is_new"]) == (200, True)
    found = await read(member, desk, "notes/today.md")
    assert (found["text"], found["encoding"], found["etag"]) == ("# Today\n", "utf-8", made.json()["etag"])
    assert found["media_type"] == "text/markdown"
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"]) == (8, 1)


async def test_of_two_writers_the_second_is_told_what_is_there(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    etag = await wrote(member, desk, "a.txt", "one")
    answers = await asyncio.gather(
        *(write(member, desk, "a.txt", text, if_match=f'"{etag}"') for text in ("two", "three"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    refused = next(answer for answer in answers if answer.status_code == 412)
    assert refused.json()["error"]["code"] == "file_changed"
    present = await read(member, desk, "a.txt")
    assert refused.json()["error"]["details"]["etag"] == present["etag"]
    again = await write(member, desk, "a.txt", "new", if_none_match="*")
    assert (again.status_code, again.json()["error"]["details"]["etag"]) == (412, present["etag"])
    assert (await write(member, desk, "a.txt", "any", if_match="*")).status_code == 200
    assert seen(await write(member, desk, "b.txt", "any", if_match="*")) == (412, "file_changed")
    gone = await write(member, desk, "b.txt", "new", if_match=etag)
    assert (gone.status_code, gone.json()["error"]["details"]["etag"]) == (412, None)


async def test_texts_keep_their_encoding(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "old.txt", "你好，世界".encode("gb18030"))
    found = await read(member, desk, "old.txt")
    assert (found["text"], found["encoding"]) == ("你好，世界", "gb18030")
    params = {"path": "old.txt", "encoding": found["encoding"]}
    await member.put(f"{desk}/file", params=params, content="再见".encode())
    raw = await member.get(f"{desk}/file/raw", params={"path": "old.txt"})
    assert raw.content == "再见".encode("gb18030")
    refused = await member.put(f"{desk}/file", params=params | {"encoding": "big5"}, content="🙂".encode())
    assert seen(refused) == (400, "not_in_encoding")


async def test_what_is_not_text_is_only_downloaded_and_never_shown(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "page.html", "<script>alert(1)</script>")
    await wrote(member, desk, "bild 图.bin", bytes(range(256)))
    found = await read(member, desk, "bild 图.bin")
    assert (found["text"], found["reason"]) == (None, "not_text")
    raw = await member.get(f"{desk}/file/raw", params={"path": "page.html"})
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment")
    assert raw.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in raw.headers["content-security-policy"]
    part = await member.get(f"{desk}/file/raw", params={"path": "bild 图.bin"}, headers={"range": "bytes=250-"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (
        206,
        bytes(range(250, 256)),
        "bytes 250-255/256",
    )
    assert "filename*=UTF-8''bild%20%E5%9B%BE.bin" in part.headers["content-disposition"]
    beyond = await member.get(f"{desk}/file/raw", params={"path": "page.html"}, headers={"range": "bytes=900-"})
    assert seen(beyond) == (416, "range_not_satisfiable")


async def test_a_folder_is_listed_page_by_page_folders_first(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    for name in ("b.txt", "a.txt", "C.txt", "z/inner.txt"):
        await wrote(member, desk, name, "x")
    found, cursor = [], None
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await member.get(f"{desk}/files", params=params)).json()
        found += [(entry["path"], entry["kind"]) for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [("z", "folder"), ("a.txt", "file"), ("b.txt", "file"), ("C.txt", "file")]


async def test_moving_takes_versions_along_and_overwrites_nothing(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "src/a.py", "1")
    await wrote(member, desk, "src/a.py", "2")
    await wrote(member, desk, "other.py", "3")
    moved = await member.post(f"{desk}/move", json={"source": "src", "target": "lib/core"})
    assert moved.status_code == 200, moved.text
    assert await names(member, desk) == ["lib", "other.py"]
    assert [one["size"] for one in await versions(member, desk, "lib/core/a.py")] == [1, 1]
    taken = await member.post(f"{desk}/move", json={"source": "other.py", "target": "lib/core/a.py"})
    assert seen(taken) == (409, "path_taken")
    inside = await member.post(f"{desk}/move", json={"source": "lib", "target": "lib/core/deeper"})
    assert seen(inside) == (400, "into_itself")


async def test_a_folder_is_copied_whole(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a/b/c.txt", "x" * 10)
    made = await member.post(f"{desk}/copy", json={"source": "a", "target": "copy of a"})
    assert made.status_code == 201, made.text
    assert (await read(member, desk, "copy of a/b/c.txt"))["text"] == "x" * 10
    assert (await member.get(f"{desk}/use")).json()["files_bytes"] == 20
    assert len(await versions(member, desk, "copy of a/b/c.txt")) == 1
    again = await member.post(f"{desk}/copy", json={"source": "a", "target": "copy of a"})
    assert seen(again) == (409, "path_taken")


async def test_paths_that_leave_or_deceive_are_refused(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    refused = {
        "../x": "bad_path",
        "/etc/passwd": "bad_path",
        "a/../../x": "bad_path",
        "con.txt": "bad_path",
        "a\\b": "bad_path",
        "dot.": "bad_path",
        "e\u0301.txt": "bad_path",
        "gpj\u202e.exe": "bad_path",
        "n" * 256: "bad_path",
        "/".join("d" * 65): "bad_path",
        ".git/hooks/pre-commit": "git_folder",
        "sub/.GIT/config": "git_folder",
    }
    for path, code in refused.items():
        assert seen(await write(member, desk, path, "x"))[1] == code, path
    await wrote(member, desk, "Readme.md", "x")
    assert seen(await write(member, desk, "README.md", "x")) == (409, "path_taken")
    assert await read(member, desk, "missing") == (404, "file_not_found")
    assert await read(member, desk, "../x") == (400, "bad_path")


async def test_files_are_nobody_elses(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "mine.txt", "x")
    assert await read(other, desk, "mine.txt") == (404, "workspace_not_found")
    assert seen(await write(other, desk, "mine.txt", "y")) == (404, "workspace_not_found")


async def test_a_download_goes_on_where_it_broke_off_while_the_file_is_the_same(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    etag = await wrote(member, desk, "a.bin", b"0123456789")

    async def ask(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await member.get(f"{desk}/file/raw", params={"path": "a.bin"}, headers=named)

    whole = await ask()
    assert (whole.headers["etag"], whole.headers["accept-ranges"]) == (f'"{etag}"', "bytes")
    for known in (f'"{etag}"', f'"other", W/"{etag}"', "*"):
        again = await ask(if_none_match=known, range="bytes=4-")
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", f'"{etag}"'), known
    assert (await ask(if_none_match='"other"')).status_code == 200
    rest = await ask(range="bytes=4-", if_range=f'"{etag}"')
    assert (rest.status_code, rest.content, rest.headers["etag"]) == (206, b"456789", f'"{etag}"')
    last = await ask(range="bytes=-3")
    assert (last.status_code, last.content) == (206, b"789")
    for stale in ('"other"', f'W/"{etag}"', "Sat, 21 Nov 2026 10:00:00 GMT"):
        anew = await ask(range="bytes=4-", if_range=stale)
        assert (anew.status_code, anew.content) == (200, b"0123456789"), stale
    assert seen(await ask(range="bytes=10-", if_range=f'"{etag}"')) == (416, "range_not_satisfiable")
    newer = await wrote(member, desk, "a.bin", b"abcdefghij")
    changed = await ask(range="bytes=4-", if_range=f'"{etag}"', if_none_match=f'"{etag}"')
    assert (changed.status_code, changed.content, changed.headers["etag"]) == (200, b"abcdefghij", f'"{newer}"')
    version = (await versions(member, desk, "a.bin"))[1]
    place = f"{desk}/versions/{version['id']}/raw"
    assert (await member.get(place, headers={"if-none-match": f'"{etag}"'})).status_code == 304
    assert (await member.get(place, headers={"range": "bytes=0-1"})).content == b"01"


async def test_what_programs_wrote_has_a_tag_of_its_own(member: httpx.AsyncClient, server: Running) -> None:
    desk = await begin(member)
    await wrote(member, desk, "a.bin", b"one")
    root = await server.app.hall.workspaces.root(desk.rpartition("/")[2])
    tags = []
    for content in (b"two!", bytes(11 * 1024 * 1024), b"x" + bytes(11 * 1024 * 1024 - 1)):
        (root / "a.bin").write_bytes(content)
        raw = await member.get(f"{desk}/file/raw", params={"path": "a.bin"})
        tags.append(raw.headers["etag"])
        again = await member.get(
            f"{desk}/file/raw", params={"path": "a.bin"}, headers={"range": "bytes=0-0", "if-range": tags[-1]}
        )
        assert (again.status_code, again.content) == (206, content[:1])
    assert len(set(tags)) == 3
    assert tags[0] == f'"{etag_of(b"two!")}"'
    (root / "link.bin").symlink_to("a.bin")
    (root / "out.bin").symlink_to("/etc/hostname")
    assert (await member.get(f"{desk}/file/raw", params={"path": "link.bin"})).content == content
    assert seen(await member.get(f"{desk}/file/raw", params={"path": "out.bin"})) == (403, "path_leaves_workspace")
