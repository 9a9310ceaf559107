"""Finding the program, and what the doctor says of it."""

import json
from pathlib import Path

import pytest

from guildhall.core.settings import Settings
from guildhall.engines.opencode import program
from tests.house import repository


def _settings(path: Path | str) -> Settings:
    return Settings(opencode=str(path), database_url="")


def _script(tmp_path: Path, text: str) -> Path:
    made = tmp_path / "opencode"
    made.write_text(f"#!/bin/sh\n{text}\n")
    made.chmod(0o755)
    return made


async def test_the_version_that_sessions_need_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _script(tmp_path, f"echo {program.VERSION}")
    found = await program.find(_settings(made))
    assert found.path == made
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict, words = await program.look(_settings(made))
    assert verdict == "warning"
    assert "ripgrep" in words
    (tmp_path / "rg").hardlink_to(made)
    assert (await program.look(_settings(made)))[0] == "ok"


async def test_another_version_is_not_used_and_the_doctor_warns(tmp_path: Path) -> None:
    found = await program.find(_settings(_script(tmp_path, "echo 2.0.0")))
    assert found.path is None
    assert "version 2.0.0" in found.words
    assert program.VERSION in found.words
    assert (await program.look(_settings(tmp_path / "opencode")))[0] == "warning"


@pytest.mark.parametrize("text", ["exit 1", "exec /nowhere/opencode"])
async def test_a_program_that_does_not_tell_its_version_is_not_used(tmp_path: Path, text: str) -> None:
    assert (await program.find(_settings(_script(tmp_path, text)))).path is None


@pytest.mark.parametrize("folder", ["scripts/opencode", "tests/clients/node"])
def test_the_version_that_is_installed_and_tested_is_the_one_that_sessions_need(folder: str) -> None:
    wanted = json.loads(repository.read(f"{folder}/package.json"))["optionalDependencies"]
    assert wanted["opencode-linux-x64"] == program.VERSION


async def test_a_path_where_nothing_is_can_not_be_run(tmp_path: Path) -> None:
    found = await program.find(_settings(tmp_path / "nothing"))
    assert found.path is None
    assert "can't be run" in found.words


async def test_where_it_is_not_installed_the_words_say_how_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert await program.look(_settings("")) == ("information", "not installed. `make opencode` installs it.")
