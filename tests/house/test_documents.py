"""The documents: their links lead somewhere, both languages have the same shape, generated pages are current."""

import re
from pathlib import Path

import pytest

from guildhall.core.settings import Settings
from scripts import write_reference
from tests.house import repository
from tests.house.repository import ROOT

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _documents() -> list[Path]:
    return [path for path in repository.files() if path.suffix == ".md"]


def _prose(path: Path) -> str:
    return _CODE.sub("", path.read_text())


def _headings(path: Path) -> list[str]:
    return re.findall(r"^(#+) ", _prose(path), re.MULTILINE)


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", _prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", _documents(), ids=repository.named)
def test_links_lead_somewhere(path: Path) -> None:
    missing = []
    for link in _LINK.findall(_prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            missing.append(link)
    assert missing == []


def _pairs() -> list[tuple[Path, Path]]:
    guides = [path for path in _documents() if path.is_relative_to(ROOT / "docs" / "guide") and ".zh" not in path.name]
    return [(path, path.with_suffix(".zh.md")) for path in [ROOT / "README.md", *guides]]


@pytest.mark.parametrize(("english", "chinese"), _pairs(), ids=lambda path: path.name)
def test_both_languages_have_the_same_headings(english: Path, chinese: Path) -> None:
    assert _headings(english) == _headings(chinese)


@pytest.mark.parametrize(("english", "chinese"), _pairs(), ids=lambda path: path.name)
def test_both_languages_show_the_same_code_blocks(english: Path, chinese: Path) -> None:
    counts = [len(_CODE.findall(path.read_text())) for path in (english, chinese)]
    assert counts[0] == counts[1]


def test_generated_pages_are_current() -> None:
    assert list(write_reference.stale()) == []


def test_environment_example_names_every_setting_at_its_default(tmp_path: Path) -> None:
    example = repository.read(".env.example")
    variables = re.findall(r"^# (GUILDHALL_[A-Z_]+=.*)$", example, re.MULTILINE)
    assert len(variables) == len(Settings.model_fields) <= 40
    (tmp_path / "env").write_text("\n".join(variables))
    assert Settings(_env_file=tmp_path / "env") == Settings(_env_file=None)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_assurance_names_only_tests_that_exist() -> None:
    page = repository.read("docs/operate/assurance.md")
    missing = [
        f"{name}::{test}"
        for name, test in re.findall(r"`((?:tests|web/e2e)/[\w./-]+?)(?:::(\w+))?`", page)
        if not (ROOT / name).is_file() or (test and f"def {test}(" not in repository.read(name))
    ]
    assert missing == []


def test_pictures_are_used() -> None:
    text = "".join(path.read_text() for path in _documents())
    unused = [path.name for path in (ROOT / "docs" / "images").glob("*.png") if path.name not in text]
    assert unused == []
