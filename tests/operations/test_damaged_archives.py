"""Archives that are damaged, foreign or malicious: refused in one sentence, and nothing is changed."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from guildhall.core.settings import Settings
from guildhall.operations import restores
from guildhall.operations.archive import MANIFEST, ArchiveError, Manifest, Member
from tests.operations.archives import names, rewrite


@pytest.mark.parametrize(
    "harm", ["flipped byte", "cut off", "empty", "not an archive", "no manifest", "missing member"]
)
async def test_a_damaged_archive_is_refused_in_one_sentence_and_changes_nothing(
    archive: tuple[Path, Settings], harm: str
) -> None:
    path, other = archive
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        members = [entry for entry in opened.infolist() if entry.filename != MANIFEST]
        biggest = max(members, key=lambda entry: entry.compress_size)
        middle = biggest.header_offset + 100 + biggest.compress_size // 2
    if harm == "flipped byte":
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    elif harm == "cut off":
        path.write_bytes(whole[: len(whole) * 2 // 3])
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "not an archive":
        path.write_bytes(b"hello" * 1000)
    elif harm == "no manifest":
        with zipfile.ZipFile(path, "w") as opened:
            opened.writestr("hello", "there")
    else:
        rewrite(path, drop=biggest.filename)
    with pytest.raises(ArchiveError, match=r"damaged|cut off|not a back-up|not hold exactly"):
        restores.restore(other, path, replace=True)
    assert await names(other) == {"there"}
    assert (other.data_dir / "note.txt").read_text() == "already here"
    assert not [place for place in other.data_dir.iterdir() if place.name.startswith(".")]


@pytest.mark.parametrize(
    "name", ["files/../../escaped", "/files/escaped", "files/..\\escaped", "files//escaped", "C:escaped", "files/a/./b"]
)
async def test_a_name_that_reaches_out_of_the_folder_is_refused(archive: tuple[Path, Settings], name: str) -> None:
    path, other = archive
    with zipfile.ZipFile(path) as opened:
        manifest = Manifest.model_validate_json(opened.read(MANIFEST))
    sneaked = Member(name=name, bytes=1, sha256=hashlib.sha256(b"a").hexdigest())
    rewrite(path, add={name: b"a"}, members=[*manifest.members, sneaked])
    with pytest.raises(ArchiveError, match="nothing was restored"):
        restores.restore(other, path, replace=True)
    assert await names(other) == {"there"}
    assert not list(path.parent.parent.rglob("*escaped*"))


async def test_an_archive_of_a_newer_schema_or_format_is_refused(archive: tuple[Path, Settings]) -> None:
    path, other = archive
    rewrite(path, schema_revision="9999")
    with pytest.raises(ArchiveError, match="newer than this version"):
        restores.restore(other, path, replace=True)
    rewrite(path, format=2)
    with pytest.raises(ArchiveError, match="format 2"):
        restores.restore(other, path, replace=True)
