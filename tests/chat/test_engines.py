"""Which engines there are, and which one a session may have."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from guildhall.chat.engines import Engines
from guildhall.engines.api import Readiness
from tests.chat.scripted import ScriptedEngine
from tests.chat.talk import INSTANT, SESSIONS, begin, ended, say
from tests.services.product import Running

pytestmark = pytest.mark.usefixtures("simulated")
ENGINES = "/api/v1/chat/engines"


class _Other(ScriptedEngine):
    """Works on files only; whether it can run is for the test to say."""

    name = "opencode"
    needs_workspace = True
    found = Readiness(words="version 1.")

    async def readiness(self) -> Readiness:
        return self.found


@pytest.fixture
def other_engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> _Other:
    """In place of opencode."""
    made = _Other()
    monkeypatch.setitem(server.app.hall.engines, "opencode", made)
    return made


@pytest_asyncio.fixture
async def workspace(member: httpx.AsyncClient) -> AsyncIterator[str]:
    """A workspace of the member's."""
    made = (await member.post("/api/v1/workspaces", json={"name": "Engines"})).json()["id"]
    yield made
    await member.delete(f"/api/v1/workspaces/{made}")


async def _begun(http: httpx.AsyncClient, **wanted: Any) -> httpx.Response:
    return await http.post(SESSIONS, json={"model": INSTANT, **wanted})


async def _changed(http: httpx.AsyncClient, session_id: str, **wanted: Any) -> httpx.Response:
    return await http.patch(f"{SESSIONS}/{session_id}", json=wanted)


def _error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_engines_are_listed_with_what_keeps_them_from_running(
    member: httpx.AsyncClient, other_engine: _Other
) -> None:
    other_engine.found = Readiness("not_installed", "not installed.")
    builtin, other = (await member.get(ENGINES)).json()
    assert builtin == {"name": "builtin", "is_ready": True, "hindrance": "", "words": "", "needs_workspace": False}
    assert other == {
        "name": "opencode",
        "is_ready": False,
        "hindrance": "not_installed",
        "words": "not installed.",
        "needs_workspace": True,
    }


async def test_strangers_are_not_told(http: httpx.AsyncClient) -> None:
    assert (await http.get(ENGINES)).status_code == 401


async def test_a_session_changes_its_engine_between_turns(
    member: httpx.AsyncClient, other_engine: _Other, workspace: str
) -> None:
    session_id = await begin(member)
    changed = await _changed(member, session_id, engine="opencode", workspace_id=workspace)
    assert (changed.status_code, changed.json()["engine"]) == (200, "opencode")
    await say(member, session_id, "Hello")
    assert (await ended(member, session_id))["status"] == "complete"
    assert [turn.workspace_id for turn in other_engine.turns] == [workspace]
    assert (await _changed(member, session_id, engine="builtin")).json()["engine"] == "builtin"
    await say(member, session_id, "Hello")
    await ended(member, session_id)
    assert len(other_engine.turns) == 1


async def test_an_engine_that_nobody_knows_is_refused(member: httpx.AsyncClient, other_engine: _Other) -> None:
    session_id = await begin(member)
    for answer in (await _begun(member, engine="crush"), await _changed(member, session_id, engine="crush")):
        assert _error(answer) == (400, "engine_unknown")
        assert answer.json()["error"]["message"] == "There is no such engine: choose one of builtin, opencode."


async def test_an_engine_that_is_not_installed_is_refused_with_what_to_do(
    member: httpx.AsyncClient, other_engine: _Other, workspace: str
) -> None:
    other_engine.found = Readiness("not_installed", "not installed. `make opencode` installs it.")
    session_id = await begin(member)
    for answer in (
        await _begun(member, engine="opencode", workspace_id=workspace),
        await _changed(member, session_id, engine="opencode", workspace_id=workspace),
    ):
        assert _error(answer) == (409, "engine_missing")
        assert "`make opencode` installs it" in answer.json()["error"]["message"]
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["engine"] == "builtin"


async def test_a_session_whose_engine_has_gone_can_still_be_changed_and_get_another(
    member: httpx.AsyncClient, other_engine: _Other, workspace: str
) -> None:
    session_id = (await _begun(member, engine="opencode", workspace_id=workspace)).json()["id"]
    other_engine.found = Readiness("not_installed", "not installed.")
    assert (await _changed(member, session_id, title="Still here", engine="opencode")).status_code == 200
    assert (await _changed(member, session_id, engine="builtin", workspace_id=None)).status_code == 200


async def test_an_engine_that_works_on_files_needs_a_workspace(
    member: httpx.AsyncClient, other_engine: _Other, workspace: str
) -> None:
    session_id = await begin(member)
    assert _error(await _begun(member, engine="opencode")) == (400, "workspace_needed")
    assert _error(await _changed(member, session_id, engine="opencode")) == (400, "workspace_needed")
    assert (await _changed(member, session_id, engine="opencode", workspace_id=workspace)).status_code == 200
    taken_away = await _changed(member, session_id, workspace_id=None)
    assert _error(taken_away) == (400, "workspace_needed")
    assert "opencode works on files" in taken_away.json()["error"]["message"]
    assert not other_engine.turns


async def test_the_engine_stays_while_an_answer_is_made(
    member: httpx.AsyncClient, other_engine: _Other, workspace: str
) -> None:
    other_engine.steps = [30.0]
    session_id = (await _begun(member, engine="opencode", workspace_id=workspace)).json()["id"]
    await say(member, session_id, "Hello")
    await asyncio.wait_for(other_engine.begun.wait(), 10)
    assert _error(await _changed(member, session_id, engine="builtin")) == (409, "session_busy")
    assert (await _changed(member, session_id, engine="opencode", title="Same")).status_code == 200
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
    assert (await _changed(member, session_id, engine="builtin")).status_code == 200


async def test_where_workers_run_turns_the_server_does_not_guess() -> None:
    other = _Other()
    other.found = Readiness("not_installed", "not installed.")
    assert (await Engines({"opencode": other}, run_here=False).readiness("opencode")).is_ready
    assert not (await Engines({"opencode": other}, run_here=True).readiness("opencode")).is_ready
