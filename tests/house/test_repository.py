"""What holds for the files of the repository: nothing of one machine, nothing secret, lock files without addresses."""

import json
import os
import re
import subprocess

import pytest

from tests.house import repository
from tests.house.repository import ROOT

# In pieces, so that this file may be searched too.
_HOSTS = ["py" + "pi.org", "python" + "hosted", "npm" + "js.", "deb.deb" + "ian", "docker" + ".io", "npm" + "mirror"]
_PATHS = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/br" + "ief", "/ho" + "me/"]
_SECRETS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bsk-[A-Za-z0-9]{32,}|\bgh-[A-Za-z0-9_]{51,}|AKIA[A-Z0-9]{16}")
_SCHEMAS = ROOT / "tests" / "house" / "schemas"


def _lines_with(pieces: list[str]) -> list[str]:
    return [
        f"{repository.named(path)}:{number}: {piece}"
        for path in repository.files()
        if _SCHEMAS not in path.parents
        for number, line in enumerate(repository.text_of(path).splitlines(), 1)
        for piece in pieces
        if piece in line
    ]


def test_no_file_names_a_package_registry() -> None:
    assert _lines_with(_HOSTS) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert _lines_with(_PATHS) == []


def test_no_file_holds_a_secret() -> None:
    found = [repository.named(path) for path in repository.files() if _SECRETS.search(repository.text_of(path))]
    assert found == []


@pytest.mark.parametrize("name", ["boot", "run", "dev", "clients"])
def test_python_lock_files_hold_hashes_and_no_address(name: str) -> None:
    text = repository.read(f"requirements/{name}.lock")
    assert "--hash=sha256:" in text
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url\S*|^\s*-i\s", text) == []


def test_run_and_dev_locks_agree() -> None:
    locks = [
        dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", repository.read(f"requirements/{name}.lock"), re.MULTILINE))
        for name in ("run", "dev")
    ]
    assert {name: version for name, version in locks[0].items() if locks[1].get(name) != version} == {}


@pytest.mark.parametrize("folder", ["web", "tests/clients/node", "bench/portkey"])
def test_npm_lock_file_holds_integrity_and_no_address(folder: str) -> None:
    packages = json.loads(repository.read(f"{folder}/package-lock.json"))["packages"]
    installed = {name: package for name, package in packages.items() if name and not package.get("link")}
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if "integrity" not in package] == []


def test_no_file_is_large() -> None:
    large = [repository.named(path) for path in repository.files() if path.stat().st_size > 1_500_000]
    assert large == []


def test_scripts_can_be_run_and_read_by_bash() -> None:
    scripts = [path for path in repository.files() if path.suffix == ".sh" or path == ROOT / ".ci" / "run"]
    assert len(scripts) > 5
    for path in scripts:
        assert os.access(path, os.X_OK), f"{path} is not executable"
        subprocess.run(["bash", "-n", path], check=True)
