"""The `guildhall` command as a person meets it: real processes, and one plain sentence when something is wrong."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guildhall import __version__
from guildhall.core.settings import Settings
from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.services.databases import Databases
from tests.services.databases import make_settings as settings_of

pytestmark = pytest.mark.slow


def _guildhall(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guildhall", *arguments],
        env=product.environment(settings),
        cwd=settings.data_dir.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )


def _only_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a refusal says: exit code 1, nothing but one line."""
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


async def test_serve_answers_and_ends_with_0_on_sigterm(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as served, product.client(served.url) as http:
        health = await http.get("/healthz")
        assert health.json() == {"status": "ok", "version": __version__}
        assert await served.stop() == 0


async def test_second_start_takes_less_than_3_seconds(databases: Databases) -> None:
    with databases.settings("embedded", port=processes.free_port()) as settings:
        async with product.launch(settings):
            pass
        started = time.monotonic()
        async with product.launch(settings):
            taken_seconds = time.monotonic() - started
    assert taken_seconds < 3


async def test_a_second_server_on_the_same_folder_is_refused(databases: Databases) -> None:
    with databases.settings("embedded", port=processes.free_port()) as settings:
        async with product.launch(settings):
            refused = _guildhall(settings, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "Another Guildhall is using the data folder" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_said_in_one_sentence(databases: Databases) -> None:
    with databases.settings("embedded") as settings, socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        sentence = _only_sentence(_guildhall(settings, "serve", "--port", str(port)))
    assert sentence.startswith(f"Port {port} on 127.0.0.1 is taken")


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings = settings_of(data_dir=tmp_path / "file" / "data")
    done = subprocess.run(
        [sys.executable, "-m", "guildhall", "serve", "--port", "0"],
        env=product.environment(settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert _only_sentence(done).startswith("The data folder")


def test_a_wrong_setting_is_said_in_one_sentence(databases: Databases) -> None:
    with databases.settings("embedded") as settings:
        done = subprocess.run(
            [sys.executable, "-m", "guildhall", "serve"],
            env=product.environment(settings) | {"GUILDHALL_PORT": "many"},
            cwd=settings.data_dir,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert _only_sentence(done).startswith("The setting GUILDHALL_PORT is not valid")


def test_an_older_schema_is_refused_with_the_command_to_run(databases: Databases) -> None:
    with databases.settings("scaled") as settings:
        empty = settings.model_copy(update={"database_url": settings.database_url.rsplit("/", 1)[0] + "/postgres"})
        done = _guildhall(empty, "serve", "--port", "0")
    assert done.returncode == 1
    assert "run `guildhall migrate`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_beside_sqlite_is_refused(databases: Databases) -> None:
    with databases.settings("embedded") as settings:
        sentence = _only_sentence(_guildhall(settings, "worker"))
    assert "GUILDHALL_DATABASE_URL" in sentence


def test_migrating_again_is_harmless(make_settings: MakeSettings) -> None:
    done = _guildhall(make_settings(), "migrate")
    assert (done.returncode, done.stdout.startswith("The database is at schema")) == (0, True)


def test_doctor_looks_at_everything(make_settings: MakeSettings) -> None:
    done = _guildhall(make_settings(), "doctor")
    looked_at = [line[8:].split(":")[0] for line in done.stdout.splitlines()]
    assert looked_at == ["data folder", "secret keys", "database", "events", "web app"]


async def test_admin_create_makes_an_account_that_can_sign_in(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    made = _guildhall(settings, "admin", "create", "root@example.org", "--password", product.PASSWORD)
    assert made.returncode == 0, made.stderr
    async with product.launch(settings) as served, product.client(served.url) as http:
        body = {"email": "root@example.org", "password": product.PASSWORD}
        answer = await http.post("/api/v1/auth/login", json=body)
    assert answer.json()["user"]["role"] == "admin"
