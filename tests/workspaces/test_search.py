"""Search: the same found by ripgrep and by Python, within limits; and files found by their names."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.errors import AppError
from guildhall.workspaces import search, texts
from guildhall.workspaces.lines import Wanted
from guildhall.workspaces.safe_files import SafeFiles
from tests.workspaces.desk import begin, seen, wrote

PROGRAMS = [None, *filter(None, [search.ripgrep()])]
FILES = {
    "src/main.py": "import os\nprint('Hello')\n# hello (again)\n",
    "src/deep/util.py": "def hello():\n    return 'größe'\n",
    "docs/readme.md": "Hello\r\n世界，你好\r\n",
    ".hidden.txt": "hello\n",
    "data.bin": "hello\x00\x01",
    "node_modules/x.js": "hello\n",
    ".git/config": "hello\n",
}


@pytest.fixture
def place(tmp_path: Path) -> SafeFiles:
    """Files to look in, beside one that nobody may see."""
    root = tmp_path / "root"
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    (tmp_path / "secret").write_text("hello secret\n")
    (root / "hard.txt").hardlink_to(tmp_path / "secret")
    (root / "soft.txt").symlink_to(tmp_path / "secret")
    return SafeFiles(root)


async def found(place: SafeFiles, program: str | None, query: str, **options: object) -> list[tuple[str, int, str]]:
    """(path, line, what fits in it) of every match."""
    done = await search.in_files(place, Wanted(query, **options), program=program)  # type: ignore[arg-type]
    return [(one.path, one.line, one.text[one.column : one.column + one.length]) for one in done.matches]


@pytest.mark.parametrize("program", PROGRAMS)
async def test_lines_are_found_in_every_text(place: SafeFiles, program: str | None) -> None:
    everywhere = await found(place, program, "hello")
    assert sorted(everywhere) == [
        (".hidden.txt", 1, "hello"),
        ("docs/readme.md", 1, "Hello"),
        ("src/deep/util.py", 1, "hello"),
        ("src/main.py", 2, "Hello"),
        ("src/main.py", 3, "hello"),
    ]
    assert await found(place, program, "Hello", is_case_sensitive=True, glob="*.py") == [("src/main.py", 2, "Hello")]
    assert await found(place, program, "hello", glob="!*.py", is_case_sensitive=True) == [(".hidden.txt", 1, "hello")]
    assert await found(place, program, "hello", glob="src/*.{py,md}") == everywhere[-2:]
    assert await found(place, program, "(again)") == [("src/main.py", 3, "(again)")]
    assert await found(place, program, r"h\w+\(\)", is_regex=True) == [("src/deep/util.py", 1, "hello()")]
    assert await found(place, program, "你好") == [("docs/readme.md", 2, "你好")]
    assert await found(place, program, "ße'") == [("src/deep/util.py", 2, "ße'")]
    assert await found(place, program, "nowhere") == []


@pytest.mark.parametrize("program", PROGRAMS)
async def test_limits_and_bad_questions(place: SafeFiles, program: str | None) -> None:
    few = await search.in_files(place, Wanted("hello", limit=2), program=program)
    assert (len(few.matches), few.more) == (2, True)
    (place.root / "long.txt").write_text("x" * 5000 + "needle" + "y" * 5000)
    long = (await search.in_files(place, Wanted("needle"), program=program)).matches[0]
    assert (len(long.text), long.text[long.column : long.column + long.length]) == (400, "needle")
    for query in ("(", "a{99999999999}", "one\ntwo"):
        with pytest.raises(AppError) as refused:
            await search.in_files(place, Wanted(query, is_regex=True), program=program)
        assert refused.value.code == "bad_pattern"


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
async def test_an_expression_that_never_ends_holds_nobody_up(
    place: SafeFiles, program: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SECONDS", 2.0)
    (place.root / "a.txt").write_text("a" * 60 + "b\n")
    began, slowest = time.monotonic(), 0.0
    looking = asyncio.create_task(search.in_files(place, Wanted("(a+)+$", is_regex=True), program=program))
    while not looking.done():
        moment = time.monotonic()
        await asyncio.sleep(0.01)
        slowest = max(slowest, time.monotonic() - moment)
    assert (await looking).more is (program is None)
    assert time.monotonic() - began < 6
    assert slowest < 1


async def test_a_search_that_nobody_waits_for_ends(place: SafeFiles) -> None:
    (place.root / "a.txt").write_text("a" * 60 + "b\n")
    looking = asyncio.create_task(search.in_files(place, Wanted("(a+)+$", is_regex=True), program=None))
    await asyncio.sleep(0.3)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(3):
            await looking


async def test_search_over_http(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    desk = await begin(member)
    await wrote(member, desk, "src/Main Page.py", "needle in a haystack")
    answer = seen(await member.get(f"{desk}/search", params={"query": "NEEDLE"}))
    assert answer["matches"] == [
        {"path": "src/Main Page.py", "line": 1, "column": 0, "length": 6, "text": "needle in a haystack"}
    ]
    assert (answer["files"], answer["more"]) == (1, False)
    assert seen(await member.get(f"{desk}/search", params={"query": "(", "regex": "true"})) == (400, "bad_pattern")
    by_name = seen(await member.get(f"{desk}/names", params={"query": "page MAIN"}))
    assert [one["path"] for one in by_name["items"]] == ["src/Main Page.py"]
    assert seen(await other.get(f"{desk}/search", params={"query": "x"})) == (404, "workspace_not_found")


@given(st.text(), st.sampled_from(texts.ENCODINGS))
def test_what_is_text_comes_back_as_it_was(text: str, encoding: texts.Encoding) -> None:
    try:
        stored = texts.encoded(text.encode(), encoding)
    except AppError:
        return
    read = texts.read(stored)
    if read is not None:
        assert texts.encoded(read[0].encode(), read[1]) == stored


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_text_or_not_at_all(content: bytes) -> None:
    read = texts.read(content)
    if read is not None:
        assert texts.encoded(read[0].encode(), read[1]) == content
