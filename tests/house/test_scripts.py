"""The scripts behind `make check` and `make test` say the truth about what they ran."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.repository import ROOT


def _run_parts(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "run_parts.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_parts_that_pass_are_counted() -> None:
    done = _run_parts("one", "echo '3 passed in 0.1s'", "two", "true")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "4 passed, 0 failed")


def test_a_failing_part_fails_the_whole_and_shows_its_output() -> None:
    done = _run_parts("--at-once", "2", "good", "true", "bad", "echo what went wrong; exit 3")
    assert done.returncode == 1
    assert "what went wrong" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_failures_that_a_part_counted_are_added_up() -> None:
    done = _run_parts("one", "echo '2 failed, 5 passed in 1s'; exit 1", "two", "echo 'Tests  7 passed (7)'")
    assert done.stdout.splitlines()[-1] == "12 passed, 2 failed"


def test_what_a_part_leaves_running_is_ended(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    _run_parts("careless", f"(while true; do touch {alive}; sleep 0.05; done) & sleep 0.2")
    alive.unlink(missing_ok=True)
    time.sleep(0.3)
    assert not alive.exists()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty repository to examine."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "src").mkdir()
    return tmp_path


def _check_sizes(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "check_sizes.py"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("long.py", '"""Long."""\n' + "A = 1\n" * 500, "501 lines, more than 300"),
        ("deep.py", '"""Deep."""\n\n\ndef deep():\n' + "    a = 1\n" * 60, "61 lines long, more than 40"),
        ("utils.py", '"""Anything."""\n', "says nothing"),
        ("models.py", '"""Tables?"""\n', "says nothing"),
        ("mute.py", "A = 1\n", "no opening sentence"),
    ],
)
def test_oversize_and_empty_names_fail(checkout: Path, name: str, text: str, complaint: str) -> None:
    (checkout / "src" / name).write_text(text)
    done = _check_sizes(checkout)
    assert done.returncode == 1
    assert complaint in done.stdout


def test_growing_modules_are_noted_without_failing(checkout: Path) -> None:
    (checkout / "src" / "growing.py").write_text('"""Growing."""\n' + "A = 1\n" * 320)
    done = _check_sizes(checkout)
    assert (done.returncode, done.stdout.startswith("note")) == (0, True)
