"""`guildhall doctor`: what it looks at, what it says, and its exit code."""

import asyncio
import json
import socket
from typing import Any

import pytest

from guildhall.core.db import Database
from guildhall.core.secrets import Keyring, new_key, parse_keys
from guildhall.core.settings import Settings
from guildhall.operations import doctor
from guildhall.operations.secrets.places import places
from tests.conftest import MakeSettings
from tests.operations.test_secrets import fill
from tests.services import processes, product
from tests.test_cli import guildhall


async def found(settings: Settings) -> dict[str, tuple[str, str]]:
    """What the doctor says, by name."""
    return {finding.name: (finding.state, finding.words) for finding in await doctor.run(settings)}


async def test_everything_is_well_in_a_fresh_installation(make_settings: MakeSettings, mode: str) -> None:
    seen = await found(make_settings(port=processes.free_port()))
    assert not [name for name, (state, _) in seen.items() if state == "failed" and name != "web app"], seen
    assert seen["database"][1].startswith("SQLite" if mode == "embedded" else "PostgreSQL")
    assert seen["clock"][1].endswith("this machine." if mode == "embedded" else "from the database's.")
    assert seen["ripgrep"][0] == seen["mail"][0] == "information"


@pytest.mark.slow
async def test_the_port_may_be_free_ours_or_somebody_elses(make_settings: MakeSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.listen()
        state, words = (await found(make_settings(port=taken.getsockname()[1])))["port"]
    assert (state, "can't be listened on" in words) == ("failed", True)


async def test_it_tells_which_secrets_need_an_older_or_a_lost_key(make_settings: MakeSettings) -> None:
    old, new = (new_key() for _ in range(2))
    settings = make_settings()
    db = Database(settings)
    await fill(db, Keyring(parse_keys(old)), 1)
    await db.close()
    both = settings.model_copy(update={"secret_keys": _secret(f"{new},{old}")})
    alone = settings.model_copy(update={"secret_keys": _secret(new)})
    assert "still need an older key" in (await found(both))["stored secrets"][1]
    state, words = (await found(alone))["stored secrets"]
    assert (state, f"{len(places())} need the key" in words) == ("failed", True)


@pytest.mark.slow
async def test_as_json_for_machines_with_an_exit_code(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    result = await asyncio.to_thread(guildhall, "doctor", "--json", settings=settings)
    answer = json.loads(result.stdout)
    assert result.returncode == (0 if answer["is_well"] else 1)
    assert {"name", "state", "words"} == set(answer["findings"][0])


@pytest.mark.slow
async def test_a_running_product_and_its_mail_server_are_found(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as hall, product.signed_in(hall.url, "a@example.org", "A") as http:
        assert "answers on" in (await found(settings))["port"][1]
        [mail] = [row for row in (await http.get("/api/v1/configuration")).json() if row["name"] == "mail"]
        value = mail["value"] | {
            "host": "127.0.0.1",
            "port": processes.free_port(),
            "security": "none",
            "sender": "hall@example.org",
        }
        body = {"revision": mail["revision"], "value": value}
        assert (await http.put("/api/v1/configuration/mail", json=body)).status_code == 200
        state, words = (await found(settings))["mail"]
        assert (state, "does not answer as a mail server" in words) == ("failed", True)


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)
