"""What an answer changed: which files, how, given back and brought on again, and never over anybody's work."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.chat.talk import INSTANT, SESSIONS, begin, billed, ended, messages, say
from tests.engines.stage import call
from tests.engines.stage import say as says
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]


class Desk:
    """A session whose agent works alone in a workspace of its own."""

    def __init__(self, http: httpx.AsyncClient, session: str, workspace: str) -> None:
        self.http, self.session, self.files = http, session, f"/api/v1/workspaces/{workspace}/file"

    async def write(self, path: str, text: str) -> None:
        written = await self.http.put(self.files, params={"path": path}, content=text.encode())
        assert written.status_code < 300, written.text

    async def read(self, path: str) -> str | None:
        read = await self.http.get(f"{self.files}/raw", params={"path": path})
        return read.text if read.status_code == 200 else None

    async def turn(self, *said: str) -> "Answer":
        """An answer that does this."""
        await say(self.http, self.session, " ".join([*said, says("Done.")]))
        answer = await ended(self.http, self.session)
        assert answer["status"] == "complete", answer
        return Answer(self.http, answer, f"{SESSIONS}/{self.session}/messages/{answer['id']}/changes")


class Answer:
    """An answer, and what it changed."""

    def __init__(self, http: httpx.AsyncClient, message: dict[str, Any], address: str) -> None:
        self.http, self.message, self.address = http, message, address

    async def changes(self) -> Any:
        return (await self.http.get(self.address)).json()

    async def undo(self) -> Any:
        return await self._do("undo")

    async def redo(self) -> Any:
        return await self._do("redo")

    async def _do(self, what: str) -> Any:
        answer = await self.http.post(f"{self.address}/{what}")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def desk(http: httpx.AsyncClient) -> Desk:
    made = (await http.post("/api/v1/workspaces", json={"name": "Bakery"})).json()
    body = {"model": INSTANT, "mode": "full", "workspace_id": made["id"]}
    session = (await http.post(SESSIONS, json=body)).json()
    return Desk(http, session["id"], made["id"])


async def baked(http: httpx.AsyncClient) -> tuple[Desk, Answer]:
    """An answer that changed a file of three lines and made another."""
    place = await desk(http)
    await place.write("list.txt", "flour\nsalt\nwater\n")
    answer = await place.turn(
        call("read", path="list.txt"),
        call("edit", path="list.txt", old_text="salt\n", new_text="sugar\nyeast\n"),
        call("write", path="new.txt", content="one\ntwo\n"),
    )
    return place, answer


async def test_an_answer_tells_which_files_it_changed_and_how(member: httpx.AsyncClient) -> None:
    _, answer = await baked(member)
    assert (answer.message["changes"]["files"], answer.message["changes"]["state"]) == (2, "made")
    found = await answer.changes()
    shown = [(one["path"], one["kind"], one["added_lines"], one["removed_lines"]) for one in found["files"]]
    assert shown == [("list.txt", "changed", 2, 1), ("new.txt", "created", 2, 0)]
    difference = (await member.get(f"{answer.address}/diff", params={"path": "list.txt"})).json()["diff"]
    assert "-salt\n+sugar\n+yeast\n" in difference
    missing = await member.get(f"{answer.address}/diff", params={"path": "other.txt"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "change_not_found")


async def test_an_answer_that_changed_nothing_says_so(member: httpx.AsyncClient) -> None:
    place = await desk(member)
    answer = await place.turn(call("list"))
    assert answer.message["changes"] is None
    assert (await answer.changes())["files"] == []
    assert (await answer.undo()) == {"restored": [], "conflicts": [], "state": "made"}


async def test_changes_are_given_back_and_brought_on_again(member: httpx.AsyncClient) -> None:
    place, answer = await baked(member)
    undone = await answer.undo()
    assert (sorted(undone["restored"]), undone["conflicts"], undone["state"]) == (["list.txt", "new.txt"], [], "undone")
    assert await place.read("list.txt") == "flour\nsalt\nwater\n"
    assert await place.read("new.txt") is None
    assert (await answer.undo())["restored"] == []
    assert (await messages(member, place.session))[-1]["changes"]["state"] == "undone"
    redone = await answer.redo()
    assert (sorted(redone["restored"]), redone["conflicts"], redone["state"]) == (["list.txt", "new.txt"], [], "made")
    assert await place.read("list.txt") == "flour\nsugar\nyeast\nwater\n"
    assert await place.read("new.txt") == "one\ntwo\n"
    assert (await answer.redo())["restored"] == []
    assert (await answer.undo())["state"] == "undone"


async def test_what_somebody_changed_since_stays_and_is_named(member: httpx.AsyncClient) -> None:
    place, answer = await baked(member)
    await place.write("list.txt", "mine\n")
    undone = await answer.undo()
    assert undone["restored"] == ["new.txt"]
    assert undone["conflicts"] == [{"path": "list.txt", "code": "file_changed"}]
    assert undone["state"] == "partly"
    assert await place.read("list.txt") == "mine\n"
    await place.write("new.txt", "mine too\n")
    redone = await answer.redo()
    assert (redone["restored"], redone["conflicts"]) == ([], [{"path": "new.txt", "code": "file_changed"}])
    assert await place.read("new.txt") == "mine too\n"


async def test_answers_are_undone_one_after_the_other_the_last_first(member: httpx.AsyncClient) -> None:
    place, first = await baked(member)
    second = await place.turn(call("write", path="new.txt", content="three\n"))
    assert (await first.undo())["conflicts"] == [{"path": "new.txt", "code": "file_changed"}]
    assert (await second.undo())["state"] == "undone"
    assert (await first.undo())["state"] == "undone"
    assert await place.read("new.txt") is None


async def test_nothing_is_undone_while_an_answer_is_being_made(member: httpx.AsyncClient) -> None:
    place, answer = await baked(member)
    await say(member, place.session, f"[[delay=5]] {says('Slow.')}")
    refused = await member.post(f"{answer.address}/undo")
    await member.post(f"{SESSIONS}/{place.session}/stop")
    if refused.status_code != 200:
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "session_busy")
    else:
        pytest.fail("an answer was being made")


async def test_other_tabs_see_an_undo(member: httpx.AsyncClient) -> None:
    place, answer = await baked(member)
    await billed(member, place.session)  # which every tab is told in the same words
    async with listening(member) as listener:
        await listener.subscribe(f"chat.session.{place.session}")
        await answer.undo()
        frame = await listener.until("message.changed")
    assert frame["body"]["message"]["changes"]["state"] == "undone"


async def test_changes_are_nobody_elses(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    _, answer = await baked(member)
    theirs = await begin(other)
    for address in (answer.address, f"{SESSIONS}/{theirs}/messages/{answer.message['id']}/changes"):
        for asked in (other.get(address), other.post(f"{address}/undo"), other.post(f"{address}/redo")):
            assert (await asked).status_code == 404


async def test_what_the_last_versions_do_not_reach_back_to_is_never_deleted(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    place, document = await desk(member), "/api/v1/configuration/workspaces"
    held = (await admin.get(document)).json()
    await place.write("often.txt", "before\n")
    changed = {"value": held["value"] | {"versions_per_file": 1}, "revision": held["revision"]}
    assert (await admin.put(document, json=changed)).status_code == 200
    await asyncio.sleep(1.2)  # in force everywhere
    try:
        writes = [call("write", path="often.txt", content=f"{number}\n") for number in range(2)]
        answer = await place.turn(call("read", path="often.txt"), *writes)
        assert [(one["kind"], one["added_lines"]) for one in (await answer.changes())["files"]] == [("changed", None)]
        assert (await answer.undo())["conflicts"] == [{"path": "often.txt", "code": "version_not_kept"}]
        assert await place.read("often.txt") == "1\n"
    finally:
        reset = (await admin.get(document)).json()["revision"]
        again = await admin.put(document, json={"value": held["value"], "revision": reset})
        assert again.status_code == 200, again.text
        await asyncio.sleep(1.2)
