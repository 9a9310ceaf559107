"""The command line: every failure a person can cause is one plain sentence and a non-zero exit."""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from guildhall.core.db import Database, Session
from guildhall.core.settings import Settings
from tests.conftest import MakeSettings
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def guildhall(*words: str, settings: Settings | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    env = product.environment(settings) if settings else product.environment(Settings(_env_file=None))
    return subprocess.run(
        [sys.executable, "-m", "guildhall", *words],
        env=env | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The only line on standard error of a command that failed."""
    assert result.returncode == 1, result
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = guildhall("serve", "--port", str(port), GUILDHALL_DATA_DIR=str(tmp_path))
    assert f"Port {port} on 127.0.0.1 is taken" in one_sentence(result)


def test_a_data_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = guildhall("serve", "--port", "0", GUILDHALL_DATA_DIR=str(tmp_path / "file"))
    assert "The data folder" in one_sentence(result)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GUILDHALL_PORT", "many", "GUILDHALL_PORT"),
        ("GUILDHALL_DATABASE_URL", "mysql://x", "GUILDHALL_DATABASE_URL"),
        ("GUILDHALL_SECRET_KEYS", "changeme", "GUILDHALL_SECRET_KEYS"),
        ("GUILDHALL_WORKER", "external", "GUILDHALL_REDIS_URL"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    result = guildhall("serve", "--port", "0", **{"GUILDHALL_DATA_DIR": str(tmp_path), name: value})
    assert words in one_sentence(result)
    assert "changeme" not in result.stderr


@pytest.mark.parametrize("command", ["serve", "simulate"])
def test_a_port_that_cannot_be_is_refused(command: str) -> None:
    result = guildhall(command, "--port", "70000")
    assert result.returncode == 2
    assert "65535" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_simulator_on_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        one_sentence(guildhall("simulate", "--port", str(taken.getsockname()[1])))


def test_migrating_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    url = "postgresql://nobody:x@127.0.0.1:1/none"
    result = guildhall("migrate", GUILDHALL_DATA_DIR=str(tmp_path), GUILDHALL_DATABASE_URL=url)
    assert "database does not answer" in one_sentence(result)


def test_a_worker_needs_the_scaled_mode(tmp_path: Path) -> None:
    assert "PostgreSQL" in one_sentence(guildhall("worker", GUILDHALL_DATA_DIR=str(tmp_path)))


async def test_one_data_folder_serves_one_process(make_settings: MakeSettings, mode: str) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings):
        other = settings.model_copy(update={"port": processes.free_port()})
        if mode == "embedded":
            result = await asyncio.to_thread(guildhall, "serve", settings=other)
            assert "Another Guildhall is using the data folder" in result.stderr
            assert result.returncode != 0
        else:
            async with product.launch(other) as second, product.client(second.url) as http:
                assert (await http.get("/readyz")).status_code == 200


async def test_migrate_admin_create_and_sign_in(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    assert "schema" in guildhall("migrate", settings=settings).stdout
    made = guildhall("admin", "create", "boss@example.org", settings=settings, GUILDHALL_NEW_PASSWORD=product.PASSWORD)
    assert (made.returncode, made.stdout.strip()) == (0, "boss@example.org is an admin now.")
    again = guildhall("admin", "create", "boss@example.org", settings=settings, GUILDHALL_NEW_PASSWORD=product.PASSWORD)
    assert "boss@example.org" in one_sentence(again) or "address" in one_sentence(again)
    async with product.launch(settings) as running, product.client(running.url) as http:
        body = {"email": "boss@example.org", "password": product.PASSWORD}
        assert (await http.post("/api/v1/auth/login", json=body)).json()["user"]["role"] == "admin"
        link = guildhall("admin", "reset", "Boss@example.org", settings=settings).stdout.strip()
        assert link.startswith(f"http://{settings.host}:{settings.port}/reset/")
        chosen = {"token": link.rsplit("/", 1)[1], "password": "a new password"}
        assert (await http.post("/api/v1/auth/reset", json=chosen)).status_code == 200
    nobody = guildhall("admin", "reset", "nobody@example.org", settings=settings)
    assert (nobody.returncode, nobody.stderr.strip()) == (1, "Nobody here has the address nobody@example.org.")


async def test_the_server_refuses_an_older_schema_and_names_the_command(make_settings: MakeSettings, mode: str) -> None:
    settings = make_settings(port=0)
    if mode == "embedded":
        settings.sqlite_path.unlink()  # serve brings SQLite up to date by itself
        async with product.launch(settings.model_copy(update={"port": processes.free_port()})) as running:
            assert "Traceback" not in running.output()
        return
    db = Database(settings)
    async with db.write() as session:
        await _set_schema(session, "0001")
    await db.close()
    result = await asyncio.to_thread(guildhall, "serve", settings=settings)
    assert "run `guildhall migrate`" in result.stderr
    assert result.returncode != 0


async def _set_schema(session: Session, revision: str) -> None:
    connection = await session.connection()
    await connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_doctor_says_what_is_well_and_what_is_not(make_settings: MakeSettings) -> None:
    result = guildhall("doctor", settings=make_settings())
    assert "ok      database" in result.stdout
    assert "ok      secret keys" in result.stdout


def test_doctor_finds_a_missing_schema(tmp_path: Path) -> None:
    result = guildhall("doctor", GUILDHALL_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "FAILED  database" in result.stdout
    assert "Traceback" not in result.stderr


def test_openapi_prints_the_document_without_touching_any_data(tmp_path: Path) -> None:
    result = guildhall("openapi", GUILDHALL_DATA_DIR=str(tmp_path / "never"))
    document = json.loads(result.stdout)
    assert "/api/v1/chat/sessions" in document["paths"]
    assert not (tmp_path / "never").exists()


async def test_the_simulator_serves_the_wire_format_of_openai() -> None:
    port = processes.free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guildhall", "simulate", "--port", str(port), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        async with asyncio.timeout(20):
            assert b"listening on http://" in await process.stdout.readline()
        async with httpx.AsyncClient(trust_env=False) as http:
            models = (await http.get(f"http://127.0.0.1:{port}/v1/models")).json()
        assert "simulated-chat" in {model["id"] for model in models["data"]}
    finally:
        process.terminate()
        await process.wait()
