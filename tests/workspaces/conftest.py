"""Fixtures of the workspaces' tests: workspaces whose commands are isolated in each way, or limited only."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from guildhall.core.settings import Settings
from guildhall.workspaces import isolation
from guildhall.workspaces.bubblewrap import Profile
from guildhall.workspaces.isolation import Isolation
from guildhall.workspaces.sandbox import Sandbox
from tests.workspaces.place import Place

_NOBODY = 20_001
_IN_USE = pytest.StashKey[str]()
_LEFT_OUT = pytest.StashKey[int]()
_WAYS = ["as found", pytest.param("without rights", marks=pytest.mark.slow)] if os.geteuid() == 0 else ["as found"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a sandbox where this machine allows none. `make test` first installs what can be."""
    isolated = [item for item in items if "own" in getattr(item, "fixturenames", ())]
    if not isolated:
        return
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(isolation.find(Settings(data_dir=Path(folder) / "hall", sandbox="required")))
    config.stash[_IN_USE] = found.words
    if not found.is_isolated:
        config.stash[_LEFT_OUT] = len(isolated)
        config.hook.pytest_deselected(items=isolated)
        items[:] = [item for item in items if item not in isolated]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in which isolation the tests of the sandbox ran, and how many did not."""
    if words := config.stash.get(_IN_USE, ""):
        terminalreporter.write_line(f"tests of the sandbox: {words}")
    if left_out := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{left_out} TESTS OF THE SANDBOX DID NOT RUN: this machine allows no sandbox", red=True
        )


@pytest_asyncio.fixture
async def own(tmp_path: Path) -> AsyncIterator[Place]:
    """A workspace whose commands are isolated as on this machine."""
    sandbox = Sandbox(Settings(data_dir=tmp_path / "hall", sandbox="required"))
    yield Place(sandbox, tmp_path / "hall")
    await sandbox.stop()


@pytest_asyncio.fixture(params=_WAYS)
async def place(request: pytest.FixtureRequest, own: Place) -> AsyncIterator[Place]:
    """The same, and for root once more as for a server that is nobody in particular, which isolates in another way."""
    if request.param == "as found":
        yield own
        return
    folder = Path(tempfile.mkdtemp(prefix="guildhall-test-"))
    program = folder / "bwrap"
    program.write_text(f'#!/bin/sh\nexec setpriv --reuid={_NOBODY} --regid={_NOBODY} --clear-groups bwrap "$@"\n')
    program.chmod(0o755)
    settings = Settings(data_dir=folder / "hall")
    found = Isolation("isolated", "", Profile(str(program), "namespace", hidden=settings.data_dir))
    sandbox = Sandbox(settings, found=found)
    place = Place(sandbox, settings.data_dir)
    place.home.mkdir()
    for known in (folder, place.hall, place.root.parent.parent, place.root.parent, place.root, place.home):
        os.chown(known, _NOBODY, _NOBODY)
    yield place
    await sandbox.stop()
    shutil.rmtree(folder)


@pytest_asyncio.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Place]:
    """A workspace whose commands are limited only, as where there is no bubblewrap."""
    sandbox = Sandbox(Settings(data_dir=tmp_path / "hall", sandbox="off"))
    yield Place(sandbox, tmp_path / "hall")
    await sandbox.stop()
