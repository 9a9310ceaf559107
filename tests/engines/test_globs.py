"""Which paths a glob means."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.engines.builtin.globs import Glob


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("*.py", ["a.py", "src/a.py"], ["a.pyc", "a.py/b"]),
        ("src/*.py", ["src/a.py"], ["a.py", "src/b/a.py"]),
        ("src/**/*.py", ["src/a.py", "src/b/c/a.py"], ["a.py"]),
        ("**/test_?.py", ["test_1.py", "a/test_2.py"], ["test_10.py"]),
        ("**", ["a", "a/b"], []),
        ("{a,b}/*.{md,txt}", ["a/x.md", "b/x.txt"], ["c/x.md", "a/x.py"]),
        ("./a.txt", ["a.txt", "b/a.txt"], ["a.txt.bak"]),
        ("[a].txt", ["[a].txt"], ["a.txt"]),
    ],
)
def test_a_glob_means_these_paths(pattern: str, fits: list[str], does_not: list[str]) -> None:
    glob = Glob(pattern)
    assert [path for path in [*fits, *does_not] if glob.fits(path)] == fits


@pytest.mark.parametrize("pattern", ["", "  ", "{a,b}" * 12])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no pattern"):
        Glob(pattern)


def test_no_pattern_takes_long() -> None:
    began = time.monotonic()
    assert not Glob("*a" * 60 + "b").fits("a" * 250)
    assert not Glob("**/" * 60 + "b").fits("a/" * 60 + "a")
    assert time.monotonic() - began < 1


@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_any_pattern_has_an_answer_for_any_path(pattern: str, path: str) -> None:
    with contextlib.suppress(ValueError):
        assert Glob(pattern).fits(path) in (True, False)
