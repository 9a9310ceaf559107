"""Safe files: no path leaves its folder, whatever it is made of, by the kernel's help and without it."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.errors import AppError
from guildhall.workspaces import beneath
from guildhall.workspaces.safe_files import SafeFiles, etag_of
from guildhall.workspaces.staging import ABSENT

OUTSIDE = b"not for anybody in here"


@pytest.fixture(params=[beneath.by_kernel, beneath.by_names], ids=["openat2", "names"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SafeFiles]:
    """A root with everything in it that could lead out, and a secret beside it."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(OUTSIDE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").write_bytes(OUTSIDE)
    (root / "up").symlink_to("../secret")
    (root / "absolute").symlink_to(tmp_path / "secret")
    (root / "aside").symlink_to("../folder")
    (root / "loop").symlink_to("loop")
    (root / "self").symlink_to("/proc/self/root")
    (root / "hard").hardlink_to(tmp_path / "secret")
    os.mkfifo(root / "pipe")
    yield SafeFiles(root, request.param)
    assert (tmp_path / "secret").read_bytes() == OUTSIDE
    assert (tmp_path / "folder" / "inner").read_bytes() == OUTSIDE
    assert sorted(os.listdir(tmp_path)) == ["folder", "root", "secret"]
    assert os.listdir(tmp_path / "folder") == ["inner"]


HOSTILE = [
    "up",
    "absolute",
    "aside/inner",
    "aside",
    "loop",
    "self/etc/passwd",
    "hard",
    "pipe",
    "../secret",
    "/etc/passwd",
    "aside/../../secret",
    "a\x00b",
    "x/" * 80 + "y",
    "n" * 300,
    ".",
    "",
    "\ud800",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_nothing_outside_is_read(files: SafeFiles, path: str) -> None:
    with pytest.raises(AppError):
        files.read(path, 1000)


@pytest.mark.parametrize("path", [*HOSTILE, "aside/new", "up/new", ".git/config", "sub/.Git/hooks/x"])
def test_nothing_is_written_through_what_leads_out(files: SafeFiles, path: str) -> None:
    if path == "hard":
        files.write(path, b"mine")  # replaces the name, never what it named
        return
    with pytest.raises(AppError):
        files.write(path, b"mine")
    for way in (lambda: files.mkdir(path), lambda: files.move(path, "there/x"), lambda: files.move("pipe", path)):
        try:
            way()
        except AppError:
            continue


def test_links_and_pipes_are_listed_and_removed_themselves(files: SafeFiles) -> None:
    kinds = {entry.path: entry.kind for entry in files.walk()}
    assert kinds == {
        "up": "link",
        "absolute": "link",
        "aside": "link",
        "loop": "link",
        "self": "link",
        "hard": "file",
        "pipe": "other",
    }
    for path in kinds:
        files.remove(path)
    assert files.entries("") == []


def test_a_file_is_replaced_whole_or_not_at_all(files: SafeFiles) -> None:
    etag = files.write("a/b.txt", b"one", ABSENT)
    assert etag == etag_of(b"one") == files.etag("a/b.txt")
    with files.stage("a/b.txt") as staged:
        staged.write(b"half of")
        assert files.read("a/b.txt", 100).content == b"one"
    assert [entry.path for entry in files.walk("a")] == ["a/b.txt"]
    for expected in (ABSENT, etag_of(b"other")):
        with pytest.raises(AppError) as refused:
            files.write("a/b.txt", b"two", expected)
        assert (refused.value.code, refused.value.details["etag"]) == ("file_changed", etag)
    files.write("a/b.txt", b"two", etag)
    assert files.read("a/b.txt", 3).content == b"two"
    with pytest.raises(AppError) as refused:
        files.read("a/b.txt", 2)
    assert refused.value.status == 413
    assert (files.root / "a" / "b.txt").stat().st_mode & 0o777 == 0o600


def test_a_script_stays_one_when_it_is_replaced(files: SafeFiles) -> None:
    files.write("run.sh", b"1")
    os.chmod(files.root / "run.sh", 0o755)
    files.write("run.sh", b"2")
    assert (files.root / "run.sh").stat().st_mode & 0o777 == 0o700


def test_names_that_look_alike_do_not_lie_side_by_side(files: SafeFiles) -> None:
    files.write("Straße.txt", b"1")
    for path in ("STRASSE.TXT", "straße.txt"):
        with pytest.raises(AppError) as refused:
            files.write(path, b"2")
        assert refused.value.code == "path_taken"
    files.move("Straße.txt", "straße.txt")  # of the name itself, only the writing changes
    assert files.stat("straße.txt") is not None


def test_moving_overwrites_nothing(files: SafeFiles) -> None:
    files.write("a/x", b"1")
    files.write("b/x", b"2")
    for source, target in (("a/x", "b/x"), ("a", "b"), ("a", "a/c/d")):
        with pytest.raises(AppError):
            files.move(source, target)
    files.move("a", "b/a")
    assert files.read("b/a/x", 10).content == b"1"


def test_what_programs_named_strangely_can_be_seen_read_and_removed(files: SafeFiles) -> None:
    for name in ("con", "e\u0301", "a\\b", " space ", "tab\t"):
        (files.root / name).write_bytes(b"1")
        assert files.read(name, 10).content == b"1"
        files.remove(name)


def test_a_full_disk_is_said_and_leaves_nothing(files: SafeFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write("a.txt", b"one")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AppError) as refused:
        files.write("a.txt", b"two")
    assert (refused.value.status, refused.value.code) == (503, "disk_full")
    assert files.read("a.txt", 10).content == b"one"
    assert not [name for name in os.listdir(files.root) if name.endswith(".guildhall-part")]


_PIECES = st.sampled_from(
    ["..", ".", "", "up", "aside", "inner", "a", "A", "b", ".git", "/", "\x00", "e\u0301", "x\u202e"]
)
_PATHS = st.one_of(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=6).map("/".join), st.text(max_size=40))
_STEPS = st.lists(st.tuples(st.sampled_from(["write", "mkdir", "move", "remove", "read"]), _PATHS, _PATHS), max_size=12)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whatever_is_done_stays_within(files: SafeFiles, steps: list[tuple[str, str, str]]) -> None:
    ways = {
        "write": lambda one, _: files.write(one, b"mine"),
        "mkdir": lambda one, _: files.mkdir(one),
        "move": files.move,
        "remove": lambda one, _: files.remove(one),
        "read": lambda one, _: files.read(one, 100).content,
    }
    for way, one, two in steps:
        assert _done(ways[way], one, two) not in {OUTSIDE, 500, 503}


def _done(way: Callable[[str, str], object], one: str, two: str) -> object:
    """What a step gives, or the status of its refusal."""
    try:
        return way(one, two)
    except AppError as error:
        return error.status
