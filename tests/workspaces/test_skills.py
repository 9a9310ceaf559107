"""Skills of a workspace: which folders are some, and why others are none."""

import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from guildhall.workspaces import skill_sheets, skills
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.skill_sheets import SheetError
from guildhall.workspaces.skill_shelf import SkillShelf


def sheet(name: str, description: str = "Does it.", text: str = "Do it.", more: str = "") -> str:
    """A SKILL.md."""
    return f"---\nname: {name}\ndescription: {description}\n{more}---\n{text}\n"


def put(root: Path, folder: str, text: str | bytes) -> Path:
    """A skill's folder with this sheet."""
    place = root / folder
    place.mkdir(parents=True)
    (place / "SKILL.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


@pytest.mark.parametrize(
    ("front_matter", "reason"),
    [
        ("name: a\ndescription: [x", "bad_front_matter"),
        ("- a\n- b", "bad_front_matter"),
        ("just words", "bad_front_matter"),
        ("{{{{", "bad_front_matter"),
        ("[" * 3000, "bad_front_matter"),
        (f"name: a\ndescription: x\nmore: {'[' * 21}{']' * 21}", "bad_front_matter"),
        (f"name: a\ndescription: x\nmore: [{'a,' * 600}]", "bad_front_matter"),
        ('name: "\\UFFFFFFFF"', "bad_front_matter"),
        ("? [a]\n: b", "bad_front_matter"),
        (f"name: a\ndescription: {'x' * 9000}", "bad_front_matter"),
        ("description: x", "bad_name"),
        ("name: [a]\ndescription: x", "bad_name"),
        ("name: A\ndescription: x", "bad_name"),
        ("name: a--b\ndescription: x", "bad_name"),
        ("name: ../a\ndescription: x", "bad_name"),
        (f"name: {'a' * 65}\ndescription: x", "bad_name"),
        ("name: b\ndescription: x", "other_name"),
        ("name: a", "bad_description"),
        ("name: a\ndescription:", "bad_description"),
        ("name: a\ndescription: {a: b}", "bad_description"),
        (f"name: a\ndescription: {'x' * 1025}", "bad_description"),
    ],
)
def test_a_sheet_that_cannot_be_used_says_why(front_matter: str, reason: str) -> None:
    with pytest.raises(SheetError) as caught:
        skill_sheets.read(f"---\n{front_matter}\n---\nDo it.".encode(), "a")
    assert caught.value.reason == reason


@pytest.mark.parametrize("content", [b"# Do it", b"", b"---\nname: a\n", b"\n---\nname: a\n---\n"])
def test_a_sheet_without_front_matter_is_none(content: bytes) -> None:
    with pytest.raises(SheetError) as caught:
        skill_sheets.read(content, "a")
    assert caught.value.reason == "no_front_matter"


@pytest.mark.parametrize(
    ("front_matter", "description"),
    [
        ("name: a\ndescription: Does it.\nlicense: MIT\nmetadata:\n  author: x", "Does it."),
        ("name: a\ndescription: >\n  Does it,\n  twice.", "Does it, twice."),
        ("name: a\ndescription: Use it so: like this", "Use it so: like this"),
        (f"name: a\ndescription: x\nmore: {'[' * 20}{']' * 20}", "x"),
        (f"name: a\ndescription: x\nmore: [{'a,' * 400}]", "x"),
        ('name: "a"\ndescription: "half \\uD800 and \\0 nothing"', "half ? and nothing"),
        ("description: &x 写发行说明\nname: a\nmore: *x", "写发行说明"),
    ],
)
def test_front_matter_is_read_as_people_write_it(front_matter: str, description: str) -> None:
    for text in (f"---\n{front_matter}\n---\n\nDo it.\n", f"---\r\n{front_matter}\r\n---\r\nDo it."):
        found = skill_sheets.read(b"\xef\xbb\xbf" + text.encode(), "a")
        assert (found.name, found.description, found.text) == ("a", description, "Do it.")


def test_skills_are_found_where_agents_of_all_makers_look(tmp_path: Path) -> None:
    for number, folder in enumerate(skills.FOLDERS):
        put(tmp_path, f"{folder}/skill-{number}", sheet(f"skill-{number}"))
    put(tmp_path, "skills/elsewhere", sheet("elsewhere"))
    (tmp_path / ".agents/skills/README.md").write_text("Words about skills.")
    found = skills.find(SafeFiles(tmp_path), SkillShelf())
    assert [skill.folder for skill in found.skills] == [
        ".agents/skills/skill-0",
        ".claude/skills/skill-1",
        ".opencode/skills/skill-2",
    ]
    assert found.left_out == ()


def test_what_cannot_be_offered_is_left_out_and_says_why(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/linked", sheet("linked"))
    root = tmp_path / "root"
    folder = root / ".agents/skills"
    put(folder, "good", sheet("good"))
    put(folder, "long", sheet("long", text="x" * 70_000))
    put(folder, "picture", b"\x89PNG\x00\x01")
    (folder / "empty").mkdir()
    (folder / "linked").symlink_to(outside)
    (folder / "sheet-linked").mkdir()
    (folder / "sheet-linked/SKILL.md").symlink_to(outside / "SKILL.md")
    (folder / "second-name").mkdir()
    os.link(outside / "SKILL.md", folder / "second-name/SKILL.md")
    os.mkfifo(folder / "pipe")
    (folder / "piped").mkdir()
    os.mkfifo(folder / "piped/SKILL.md")
    put(root, ".claude/skills/good", sheet("good"))
    found = skills.find(SafeFiles(root), SkillShelf())
    assert [skill.name for skill in found.skills] == ["good"]
    assert {left.path.removeprefix(".agents/skills/"): left.reason for left in found.left_out} == {
        "empty": "no_sheet",
        "linked": "leaves",
        "long": "too_long",
        "picture": "unreadable",
        "piped": "unreadable",
        "second-name": "leaves",
        "sheet-linked": "leaves",
        ".claude/skills/good": "name_taken",
    }


def test_links_within_the_workspace_are_followed_and_one_folder_is_looked_at_once(tmp_path: Path) -> None:
    put(tmp_path, ".agents/skills/good", sheet("good"))
    put(tmp_path, "shared/other", sheet("other"))
    (tmp_path / ".agents/skills/other").symlink_to("../../shared/other")
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/skills").symlink_to("../.agents/skills")
    (tmp_path / ".opencode").mkdir()
    (tmp_path / ".opencode/skills").symlink_to("skills")
    found = skills.find(SafeFiles(tmp_path), SkillShelf())
    assert [skill.name for skill in found.skills] == ["good", "other"]
    assert [(left.path, left.reason) for left in found.left_out] == [(".opencode/skills", "leaves")]


def test_there_is_an_end_to_skills_and_to_their_files(tmp_path: Path) -> None:
    for number in range(52):
        put(tmp_path, f".agents/skills/s{number:02}", sheet(f"s{number:02}"))
    for number in range(101):
        (tmp_path / f".agents/skills/s00/{number}.txt").write_text("x")
    files = SafeFiles(tmp_path)
    found = skills.find(files, SkillShelf())
    assert len(found.skills) == skills.MOST
    assert [left.reason for left in found.left_out] == ["too_many", "too_many"]
    entries, has_more = skills.files_of(files, found.skills[0])
    assert (len(entries), has_more) == (100, True)
    assert skills.files_of(files, found.skills[1]) == ([], False)


@pytest.mark.slow  # a shelf keeps nothing younger than a second
def test_sheets_are_read_when_they_have_changed(tmp_path: Path) -> None:
    folders = [put(tmp_path, f".agents/skills/s{n}", sheet(f"s{n}", text=f"{n}" * 60_000)) for n in range(3)]
    files, shelf = SafeFiles(tmp_path), SkillShelf()
    time.sleep(1.1)
    texts = [skill.text for skill in skills.find(files, shelf).skills]
    old = (folders[1] / "SKILL.md").stat()
    (folders[1] / "SKILL.md").write_text(sheet("s1", text="4" * 60_000))
    os.utime(folders[1] / "SKILL.md", ns=(old.st_atime_ns, old.st_mtime_ns))
    (folders[2] / "SKILL.md").write_text("Nothing.")
    found = skills.find(files, shelf)
    assert [skill.name for skill in found.skills] == ["s0", "s1"]
    assert found.skills[0].text is texts[0]
    assert found.skills[1].text == "4" * 60_000
    assert [left.reason for left in found.left_out] == ["no_front_matter"]


@pytest.mark.slow
def test_a_shelf_has_an_end(tmp_path: Path) -> None:
    for number in range(150):
        put(tmp_path, f"{skills.FOLDERS[number // 50]}/s{number:03}", sheet(f"s{number:03}", text="x" * 60_000))
    files, shelf = SafeFiles(tmp_path), SkillShelf()
    time.sleep(1.1)
    first = [shelf.read(files, f"{skills.FOLDERS[n // 50]}/s{n:03}/SKILL.md")[0] for n in range(150)]
    again = [shelf.read(files, f"{skills.FOLDERS[n // 50]}/s{n:03}/SKILL.md")[0] for n in (149, 0)]
    assert again[0] is first[149]
    assert again[1] is not first[0]


@pytest.mark.slow
def test_a_look_at_slow_sheets_ends_and_the_next_one_goes_on_from_there(tmp_path: Path) -> None:
    slow = f"---\nname: a\nm: {'[' * 20}{'a,' * 450}\n---\n"
    for number in range(150):
        put(tmp_path, f".agents/skills/s{number:03}", slow)
    put(tmp_path, ".claude/skills/good", sheet("good"))
    files, shelf = SafeFiles(tmp_path), SkillShelf()
    time.sleep(1.1)
    took = []
    for _ in range(10):
        began = time.thread_time()
        found = skills.find(files, shelf)
        took.append(time.thread_time() - began)
        if found.skills:
            break
        assert {left.reason for left in found.left_out} == {"bad_front_matter", "no_time"}
    assert [skill.name for skill in found.skills] == ["good"]
    assert len(took) > 1
    assert max(took) < 1.5
    began = time.thread_time()
    assert skills.find(files, shelf) == found
    assert time.thread_time() - began < 0.3


async def test_a_workspace_tells_its_skills_and_only_to_its_owner(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    workspace: dict[str, Any] = (await member.post("/api/v1/workspaces", json={"name": new_id("w")})).json()
    address = f"/api/v1/workspaces/{workspace['id']}"
    for path, text in ((".agents/skills/good/SKILL.md", sheet("good")), (".claude/skills/bad/SKILL.md", "Nothing.")):
        written = await member.put(f"{address}/file", params={"path": path}, content=text)
        assert written.status_code in (200, 201), written.text
    told = await member.get(f"{address}/skills")
    assert told.json() == {
        "items": [{"name": "good", "description": "Does it.", "path": ".agents/skills/good"}],
        "left_out": [{"path": ".claude/skills/bad", "reason": "no_front_matter"}],
    }
    assert (await admin.get(f"{address}/skills")).status_code == 404
