"""Fixtures of the tests of operations."""

from pathlib import Path

import pytest

from guildhall.core.settings import Settings
from tests.conftest import MakeSettings
from tests.operations.archives import add_users, make


@pytest.fixture
async def archive(make_settings: MakeSettings, tmp_path: Path) -> tuple[Path, Settings]:
    """An archive with one person in it, and the settings of an installation that has another."""
    settings = make_settings()
    await add_users(settings, "kept")
    path = make(settings, tmp_path)
    other = make_settings()
    await add_users(other, "there")
    (other.data_dir / "note.txt").write_text("already here")
    return path, other
