"""Archives are unpacked next to where they lie, never over something; what may not be here is left out and named."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from typing import Any

import httpx
import pytest

from guildhall.core.errors import BadRequestError
from guildhall.workspaces import members
from guildhall.workspaces.runtime import Workspaces
from tests.services.product import Running
from tests.workspaces.desk import begin, names, read, seen, versions, wrote

MB = 1024 * 1024
LINK = zipfile.ZipInfo("link")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.fixture
def spaces(server: Running) -> Workspaces:
    """The workspaces of the product."""
    return server.app.hall.workspaces


def zipped(files: dict[str, bytes | None], *others: tuple[zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    """A zip file; None is a folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content or b"")
        for member, content in others:
            archive.writestr(member, content)
    return made.getvalue()


def tarred(files: dict[str, bytes], *others: tarfile.TarInfo, encoding: str = "utf-8") -> bytes:
    """A tar file, with members that have no content behind the files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", encoding=encoding, format=tarfile.GNU_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in others:
            archive.addfile(member)
    return made.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of a tar file that is no plain file."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def named(archive: bytes, encoding: Any = None) -> list[tuple[str, str]]:
    """The members of an archive, with what they are."""
    with members.reading():
        return [(one.name, one.kind) for one in members.of(io.BytesIO(archive), encoding, lambda _: None)]


def in_letters_of(encoding: str, name: str, extra: bytes = b"") -> bytes:
    """A zip file with a name as programs wrote it before there was UTF-8."""
    raw = name.encode(encoding)
    member = zipfile.ZipInfo("x" * len(raw))
    member.extra = extra
    return zipped({}, (member, b"1")).replace(member.filename.encode(), raw)


@pytest.mark.parametrize(
    ("archive", "encoding", "name"),
    [
        (zipped({"资料/说明.txt": b"1"}), None, "资料/说明.txt"),
        (in_letters_of("gb18030", "资料/使用说明.txt"), None, "资料/使用说明.txt"),
        (in_letters_of("utf-8", "资料/使用说明.txt"), None, "资料/使用说明.txt"),
        (in_letters_of("cp437", "Köln.txt"), None, "Köln.txt"),
        (in_letters_of("shift_jis", "報告書.txt"), "shift_jis", "報告書.txt"),
        (tarred({"资料/使用说明.txt": b"1"}), None, "资料/使用说明.txt"),
        (tarred({"资料/使用说明.txt": b"1"}, encoding="gb18030"), None, "资料/使用说明.txt"),
        (gzip.compress(tarred({f"{'deep/' * 60}end.txt": b"1"})), None, f"{'deep/' * 60}end.txt"),
    ],
)
def test_names_are_read_in_the_letters_that_they_are_written_in(archive: bytes, encoding: Any, name: str) -> None:
    assert named(archive, encoding) == [(name, "file")]


def test_the_name_in_unicode_that_a_program_added_counts() -> None:
    raw, name = "報告書.txt".encode("shift_jis"), "報告書.txt".encode()
    field = struct.pack("<BI", 1, zlib.crc32(raw)) + name
    added = struct.pack("<HH", 0x7075, len(field)) + field
    assert named(in_letters_of("shift_jis", "報告書.txt", added)) == [("報告書.txt", "file")]
    of_another = struct.pack("<HH", 0x7075, len(field)) + struct.pack("<BI", 1, 7) + name
    assert named(in_letters_of("cp437", "Köln.txt", of_another)) == [("Köln.txt", "file")]


def test_what_is_no_plain_file_is_told_apart() -> None:
    locked = bytearray(zipped({"locked.txt": b"1"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert named(bytes(locked)) == [("locked.txt", "encrypted")]
    assert named(zipped({"a.txt": b"1"}, method=zipfile.ZIP_BZIP2)) == [("a.txt", "method")]
    assert named(zipped({"src/": None}, (LINK, b"/etc/passwd"))) == [("src/", "folder"), ("link", "link")]
    others = [
        special("soft", tarfile.SYMTYPE, "/etc/passwd"),
        special("hard", tarfile.LNKTYPE, "a.txt"),
        special("disk", tarfile.BLKTYPE),
        special("pipe", tarfile.FIFOTYPE),
        special("src", tarfile.DIRTYPE),
    ]
    found = dict(named(tarred({"a.txt": b"1"}, *others)))
    assert found.pop("a.txt") == "file"
    assert found == {"soft": "link", "hard": "link", "disk": "device", "pipe": "device", "src": "folder"}


def _long_header() -> bytes:
    """A tar file that says much about a member before it comes."""
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 64 * MB
    return header.tobuf() + bytes(64 * MB)


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (b"PK\x03\x04 not a zip file", "bad_archive"),
        (b"", "bad_archive"),
        (zipped({"a.txt": b"1" * 1000})[:-30], "bad_archive"),
        (gzip.compress(tarred({"a.txt": bytes(range(256)) * 400}))[:-200], "bad_archive"),
        (gzip.compress(b"no tar file"), "bad_archive"),
        (gzip.compress(_long_header(), 1), "bad_archive"),
        (zipped({f"{number}": b"" for number in range(20_001)}), "archive_too_many_files"),
        (gzip.compress(tarred({f"{number}": b"" for number in range(20_001)}), 1), "archive_too_many_files"),
    ],
    ids=["no zip", "empty", "cut zip", "cut tar", "no tar", "long header", "many zip", "many tar"],
)
def test_what_cannot_be_read_is_refused_in_words(archive: bytes, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        named(archive)
    assert refused.value.code == code


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tgz"])
async def test_an_archive_is_unpacked_into_a_folder_next_to_it(member: httpx.AsyncClient, kind: str) -> None:
    desk = await begin(member)
    files: dict[str, Any] = {"a.py": b"1", "deep/b.py": b"22", "./deep/c.py": b"333"}
    content = zipped(files) if kind == "zip" else tarred(files)
    content = gzip.compress(content) if kind in {"tar.gz", "tgz"} else content
    await wrote(member, desk, f"in/My code.{kind}", content)
    for folder in ("in/My code", "in/My code 2"):
        done = await member.post(f"{desk}/unpack", json={"path": f"in/My code.{kind}"})
        assert done.status_code == 200, done.text
        assert done.json() == {"folder": folder, "files": 3, "bytes": 6, "left_out": [], "left_out_count": 0}
        assert await names(member, desk, f"{folder}/deep") == [f"{folder}/deep/b.py", f"{folder}/deep/c.py"]
        assert (await read(member, desk, f"{folder}/deep/b.py"))["text"] == "22"
        assert [one["by"] for one in await versions(member, desk, f"{folder}/a.py")] == ["user"]
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"]) == (len(content) + 12, 7)


@pytest.mark.slow
async def test_what_lies_in_one_folder_gets_no_second_one_around_it(
    member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    desk = await begin(member)
    await wrote(member, desk, "v1.2.zip", zipped({"project/": None, "project/a.txt": b"1", "project\\b.txt": b"2"}))
    done = await member.post(f"{desk}/unpack", json={"path": "v1.2.zip"})
    assert (done.json()["folder"], done.json()["files"]) == ("project", 2)
    assert await names(member, desk, "project") == ["project/a.txt", "project/b.txt"]
    there = await member.post(f"{desk}/unpack", json={"path": "v1.2.zip", "folder": ""})
    assert seen(there) == (409, "path_taken")
    into = await member.post(f"{desk}/unpack", json={"path": "v1.2.zip", "folder": "here/it is"})
    assert into.json()["folder"] == "here/it is"
    assert await names(member, desk, "here/it is/project") != []
    assert seen(await other.post(f"{desk}/unpack", json={"path": "v1.2.zip"})) == (404, "workspace_not_found")
    assert seen(await member.post(f"{desk}/unpack", json={"path": "gone.zip"})) == (404, "file_not_found")
    await wrote(member, desk, "a.txt", "no archive")
    assert seen(await member.post(f"{desk}/unpack", json={"path": "a.txt"})) == (400, "bad_archive")


@pytest.mark.slow
async def test_an_upload_is_unpacked_instead_of_kept(member: httpx.AsyncClient) -> None:
    desk = await begin(member)
    content = zipped({"src/": None, "src/a.py": b"1", "src/deep/b.py": b"22", ".git/hooks/x": b"bad"})
    begun = await member.post(f"{desk}/uploads", json={"path": "in.zip", "size": len(content)})
    place = f"{desk}/uploads/{begun.json()['id']}"
    await member.put(place, params={"offset": 0}, content=content)
    done = await member.post(f"{place}/unpack", json={"folder": "here"})
    assert done.status_code == 200, done.text
    left_out = [{"path": ".git/hooks/x", "reason": "git_folder"}]
    assert done.json() == {"folder": "here", "files": 2, "bytes": 3, "left_out": left_out, "left_out_count": 1}
    use = (await member.get(f"{desk}/use")).json()
    assert (use["files_bytes"], use["file_count"], use["uploads_bytes"]) == (3, 2, 0)


@pytest.mark.slow
async def test_what_may_not_be_in_a_workspace_is_left_out_and_named(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    bad = {
        "../../out.txt": "bad_path",
        "/tmp/out.txt": "bad_path",
        "..\\out.txt": "bad_path",
        "C:\\out.txt": "bad_path",
        "con.txt": "bad_path",
        "gpj\u202e.exe": "bad_path",
        "sub/.GIT/hooks/x": "git_folder",
        "A.txt": "path_taken",
        "a.txt/inner": "path_taken",
    }
    content = zipped({"a.txt": b"1", "e\u0301.txt": b"3", **dict.fromkeys(bad, b"2")}, (LINK, b"/etc/passwd"))
    await wrote(member, desk, "mixed.zip", content)
    done = (await member.post(f"{desk}/unpack", json={"path": "mixed.zip"})).json()
    assert {one["path"]: one["reason"] for one in done["left_out"]} == bad | {"link": "link"}
    assert (done["files"], done["left_out_count"]) == (2, len(bad) + 1)
    assert await names(member, desk, "mixed") == ["mixed/a.txt", "mixed/\u00e9.txt"]
    await wrote(member, desk, "links.tar", tarred({}, special("l", tarfile.SYMTYPE, "/etc"), special("d", b"3")))
    done = (await member.post(f"{desk}/unpack", json={"path": "links.tar"})).json()
    assert (done["folder"], done["files"]) == (None, 0)
    assert {one["path"]: one["reason"] for one in done["left_out"]} == {"l": "link", "d": "device"}
    assert sorted(await names(member, desk)) == ["links.tar", "mixed", "mixed.zip"]
    root = await spaces.root(desk.rpartition("/")[2])
    assert not any((root.parent / name).exists() for name in ("out.txt", "incoming/out.txt"))


@pytest.mark.slow
async def test_what_would_become_too_much_is_refused_and_leaves_nothing(
    member: httpx.AsyncClient, spaces: Workspaces
) -> None:
    desk = await begin(member)
    hidden = gzip.compress(tarred({"../out": bytes(120 * MB), "a.txt": b"1"}), 9)
    harmful = {
        "bomb.zip": (zipped({"bomb": bytes(110 * MB)}), (413, "archive_bomb")),
        "bomb.tgz": (gzip.compress(tarred({"bomb": bytes(110 * MB)})), (413, "archive_bomb")),
        "hidden.tgz": (hidden, (413, "archive_bomb")),
        "broken.zip": (zipped({"a.txt": b"1" * 1000, "b.txt": b"2"})[:-30], (400, "bad_archive")),
    }
    for name, (content, refusal) in harmful.items():
        assert len(content) < MB
        await wrote(member, desk, name, content)
        assert seen(await member.post(f"{desk}/unpack", json={"path": name})) == refusal, name
    assert await names(member, desk) == sorted(harmful)
    incoming = spaces.ground.incoming(desk.rpartition("/")[2])
    assert incoming.entries("") == []
