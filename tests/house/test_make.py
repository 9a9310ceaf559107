"""The commands of the house: `make` lists them, and CONTRIBUTING.md explains each."""

import re
import subprocess

from tests.house import repository
from tests.house.repository import ROOT

EXPECTED = {
    *("serve", "dev", "check", "test", "lint", "types", "web"),
    *("e2e", "bench", "openapi", "migrate", "docs", "screenshots"),
}


def _verbs() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):.*##", repository.read("Makefile"), re.MULTILINE))


def test_every_expected_verb_exists() -> None:
    assert EXPECTED - _verbs() == set()


def test_make_alone_lists_every_verb() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert {line.split()[0] for line in shown.splitlines() if line} == _verbs()


def test_every_verb_is_documented() -> None:
    documented = set(re.findall(r"`make ([a-z0-9-]+)`", repository.read("CONTRIBUTING.md")))
    assert _verbs() - documented == set()


def test_documents_name_only_verbs_that_exist() -> None:
    named = {
        (verb, repository.named(path))
        for path in repository.files()
        if path.suffix == ".md"
        for verb in re.findall(r"`make ([a-z0-9-]+)`", repository.text_of(path))
    }
    assert {pair for pair in named if pair[0] not in _verbs()} == set()


def test_continuous_integration_runs_make_test() -> None:
    assert "make test" in repository.read(".ci/run")
