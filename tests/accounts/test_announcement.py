"""The announcement: before signing in by `/setup`, and live for everybody who is in."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.accounts.visitors import failure
from tests.services import processes, product
from tests.services.databases import Databases
from tests.sockets import listening

ADDRESS = "/api/v1/configuration/announcement"


async def _announce(admin: httpx.AsyncClient, **value: Any) -> httpx.Response:
    revision = (await admin.get(ADDRESS)).json()["revision"]
    return await admin.put(ADDRESS, json={"revision": revision, "value": value})


async def _shown(http: httpx.AsyncClient) -> Any:
    return (await http.get("/api/v1/setup")).json()["announcement"]


async def test_an_announcement_is_shown_to_everybody_until_it_is_taken_away(
    admin: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    made = (await _announce(admin, text="  Down at noon.  ", level="warning")).json()
    shown = await _shown(http)
    assert shown == {"text": "Down at noon.", "level": "warning", "until": None, "revision": made["revision"]}
    await _announce(admin, text="")
    assert await _shown(http) is None


async def test_an_announcement_ends_by_itself(admin: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    await _announce(admin, text="Over", until=past.isoformat())
    assert await _shown(http) is None
    await _announce(admin, text="Soon over", until=(past + timedelta(hours=1)).isoformat())
    assert (await _shown(http))["text"] == "Soon over"
    await _announce(admin, text="")


async def test_an_announcement_reaches_everybody_who_is_in_at_once(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    await _announce(admin, text="First")
    async with listening(member) as line:
        await line.subscribe("announcement")
        assert (await line.hear())["body"]["announcement"]["text"] == "First"
        started = time.perf_counter()
        await _announce(admin, text="Second", level="critical")
        event = await line.until("announcement.changed")
        assert time.perf_counter() - started < 1
        assert (event["body"]["announcement"]["text"], event["body"]["announcement"]["level"]) == ("Second", "critical")
        await _announce(admin, text="")
        assert (await line.until("announcement.changed"))["body"] == {"announcement": None}


@pytest.mark.parametrize(
    "value",
    [
        {"text": "x" * 501},
        {"text": "a", "level": "loud"},
        {"text": "a", "until": "2030-01-01T00:00:00"},
        {"text": "a", "until": "9999-12-31T23:59:59-12:00"},
    ],
)
async def test_an_announcement_that_makes_no_sense_is_refused(admin: httpx.AsyncClient, value: dict[str, Any]) -> None:
    assert failure(await _announce(admin, **value)) == (400, "invalid_configuration")


@pytest.mark.slow
async def test_a_change_of_configuration_is_in_force_on_another_replica_within_a_second(databases: Databases) -> None:
    with databases.settings("scaled", port=processes.free_port(), worker="external") as settings:
        elsewhere = settings.model_copy(update={"port": processes.free_port()})
        async with (
            product.launch(settings) as first,
            product.launch(elsewhere) as second,
            product.signed_in(first.url, "boss@example.org", "Bo") as boss,
            product.client(second.url) as http,
        ):
            seconds = [await _until_shown(boss, http, f"Turn {turn}") for turn in range(10)]
    assert max(seconds) < 1, seconds


async def _until_shown(boss: httpx.AsyncClient, http: httpx.AsyncClient, text: str) -> float:
    """Seconds from the answer to a change here until it is in force there."""
    await _announce(boss, text=text)
    started = time.perf_counter()
    while (await _shown(http) or {}).get("text") != text:
        assert time.perf_counter() - started < 5
    return time.perf_counter() - started
