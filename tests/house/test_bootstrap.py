"""What `make` says on a machine that lacks something: one sentence, and nothing is touched."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.repository import ROOT

OLD = """#!/bin/sh
case "$1" in -V) echo "Python 3.9.2" ;; *) exit 1 ;; esac
"""


def _bootstrap(what: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [ROOT / "scripts" / "bootstrap.sh", what]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def _program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_python_that_is_not_there_is_named() -> None:
    said = _bootstrap("python", PYTHON="python-of-nowhere")
    assert said.returncode == 1
    assert said.stderr == "Guildhall needs Python 3.11 or newer, and there is no 'python-of-nowhere' here.\n"


def test_a_python_that_is_too_old_is_named_with_its_version(tmp_path: Path) -> None:
    said = _bootstrap("python", PYTHON=str(_program(tmp_path, "python3", OLD)))
    assert said.returncode == 1
    assert "is 3.9.2 (set PYTHON=… to use another)" in said.stderr
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [("18.20.0", False), ("20.18.9", False), ("20.19.0", True), ("22.0.0", True)],
)
def test_node_must_be_new_enough(tmp_path: Path, version: str, is_enough: bool) -> None:
    pretended = f"Object.defineProperty(process, 'versions', {{value: {{node: '{version}'}}}});"
    asked = f'exec {shutil.which("node")} -e "{pretended} $2"'
    _program(tmp_path, "node", f'#!/bin/sh\ncase "$1" in --version) echo v{version} ;; *) {asked} ;; esac\n')
    said = _bootstrap("node", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (said.returncode == 0) is is_enough
    assert is_enough or said.stderr == f"Guildhall needs Node.js 20.19 or newer; this is v{version}.\n"
