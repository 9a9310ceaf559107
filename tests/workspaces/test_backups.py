"""Workspaces come back from a back-up, whatever programs have called their files."""

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.operations import backups, restores
from guildhall.operations.archive import reading
from guildhall.operations.member_names import name_of, path_of
from tests.conftest import MakeSettings
from tests.operations.archives import empty
from tests.services import product
from tests.workspaces.desk import begin, read, versions, wrote

STRANGE = ["a:b.txt", "back\\slash", "50%41 off", "tab\tnew\nline", "CON", "very/" * 60 + "deep", "größe 世界.txt"]


@pytest.mark.slow
async def test_files_of_any_name_come_back_with_their_versions(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings, archive = make_settings(), tmp_path / "hall.backup"
    async with product.serving(settings) as running, product.signed_in(running.url, "a@example.org", "Ada") as http:
        desk = await begin(http)
        await wrote(http, desk, "plan.md", "one")
        await wrote(http, desk, "plan.md", "two")
        root = await running.app.hall.workspaces.root(desk.rpartition("/")[2])
        for number, name in enumerate([*STRANGE, os.fsdecode(b"\xff\xfe")]):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(str(number))
        (root / "out").symlink_to("/etc/passwd")
        token = http.headers["authorization"]
    backups.create(settings, archive)
    fresh = empty(make_settings())
    with reading(archive) as opened:
        opened.verify()
    restores.restore(fresh, archive)
    back = fresh.data_dir / root.relative_to(settings.data_dir)
    assert [(back / name).read_text() for name in STRANGE] == [str(number) for number in range(len(STRANGE))]
    assert (back / os.fsdecode(b"\xff\xfe")).read_text() == str(len(STRANGE))
    assert not (back / "out").is_symlink()
    async with product.serving(fresh) as running, product.client(running.url) as http:
        http.headers["authorization"] = token
        assert (await read(http, desk, "plan.md"))["text"] == "two"
        first = (await versions(http, desk, "plan.md"))[-1]
        assert (await http.get(f"{desk}/versions/{first['id']}/raw")).text == "one"


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_name_of_a_disk_has_one_in_an_archive(parts: list[bytes]) -> None:
    names = [os.fsdecode(part.replace(b"/", b"_").replace(b"\0", b"_")) for part in parts]
    path = PurePosixPath(*[name for name in names if name not in {".", ".."}] or ["x"])
    name = name_of(path)
    assert path_of(name) == path
    assert name.encode().decode() == name
    assert not set(name) & {":", "\\", "\0"}
