"""Folders and tags: what keeps many sessions in order, for their owner only."""

import json
from typing import Any

import httpx
import pytest

from guildhall.chat import folders
from guildhall.core.db import Database
from tests.accounts.visitors import register, visitor
from tests.chat.talk import SESSIONS, begin
from tests.services.product import Running
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
FOLDERS, TAGS = "/api/v1/chat/folders", "/api/v1/chat/tags"


async def _folder(http: httpx.AsyncClient, name: str) -> str:
    answer = await http.post(FOLDERS, json={"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _change(http: httpx.AsyncClient, session_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await http.patch(f"{SESSIONS}/{session_id}", json=wanted)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def _listed(http: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await http.get(SESSIONS, params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def _names(http: httpx.AsyncClient) -> list[str]:
    return [one["name"] for one in (await http.get(FOLDERS)).json()]


def _failure(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_session_is_in_one_folder_and_outlives_it(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        work, home = await _folder(browser, "Work"), await _folder(browser, "Home")
        first, second, third = [await begin(browser) for _ in range(3)]
        await _change(browser, first, folder_id=work)
        assert (await _change(browser, second, folder_id=work, is_pinned=True))["folder_id"] == work
        assert await _listed(browser, folder_id=work) == [second, first]
        assert await _listed(browser, folder_id="none") == [third]
        assert await _listed(browser) == [second, third, first]
        await _change(browser, first, folder_id=home)
        assert await _listed(browser, folder_id=home) == [first]
        await _change(browser, second, is_archived=True)
        assert await _listed(browser, folder_id=work) == []
        assert await _listed(browser, folder_id=work, archived="true") == [second]
        document = (await browser.get(f"{SESSIONS}/{first}/export", params={"format": "json"})).json()
        assert (document["folder"], document["session"]["folder_id"]) == ("Home", home)

        assert (await browser.delete(f"{SESSIONS}/{first}")).status_code == 204
        assert (await browser.delete(f"{FOLDERS}/{home}")).status_code == 204
        assert (await browser.post(f"{SESSIONS}/{first}/restore")).json()["folder_id"] is None
        assert (await browser.delete(f"{FOLDERS}/{work}")).status_code == 204
        assert (await _change(browser, second, is_archived=False))["folder_id"] is None
        assert await _listed(browser, folder_id="none") == [third, second, first]
        gone = [
            await browser.delete(f"{FOLDERS}/{work}"),
            await browser.patch(f"{FOLDERS}/{work}", json={"name": "Again"}),
            await browser.get(SESSIONS, params={"folder_id": work}),
            await browser.patch(f"{SESSIONS}/{first}", json={"folder_id": work}),
        ]
        assert {_failure(answer) for answer in gone} == {(404, "folder_not_found")}


async def test_folders_stand_as_they_are_put_and_no_two_have_one_name(
    server: Running, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        await register(browser)
        places = [await _folder(browser, name) for name in ("Ämter", "Büro", " 日记 ")]
        assert await _names(browser) == ["Ämter", "Büro", "日记"]
        for position, expected in ((0, ["日记", "Ämter", "Büro"]), (1, ["Ämter", "日记", "Büro"]), (9, None)):
            moved = await browser.patch(f"{FOLDERS}/{places[2]}", json={"position": position})
            assert (moved.status_code, await _names(browser)) == (200, expected or ["Ämter", "Büro", "日记"])
        assert _failure(await browser.post(FOLDERS, json={"name": "A\u0308MTER"})) == (409, "folder_exists")
        taken = await browser.patch(f"{FOLDERS}/{places[1]}", json={"name": "ämter"})
        assert _failure(taken) == (409, "folder_exists")
        renamed = await browser.patch(f"{FOLDERS}/{places[0]}", json={"name": "ÄMTER"})
        assert (renamed.status_code, renamed.json()["name"]) == (200, "ÄMTER")
        assert await _names(browser) == ["ÄMTER", "Büro", "日记"]
        for body in ({}, {"name": " "}, {"name": "x" * 81}, {"name": "a\x00b"}, {"name": "a\nb"}, {"colour": "red"}):
            assert _failure(await browser.post(FOLDERS, json=body)) == (400, "invalid_request")
        for change in ({"position": -1}, {"position": 10**30}, {"name": ""}):
            answer = await browser.patch(f"{FOLDERS}/{places[0]}", json=change)
            assert _failure(answer) == (400, "invalid_request")
        await _folder(browser, "ß" * 80)


async def test_a_hundred_folders_are_enough(server: Running, admin: httpx.AsyncClient, db: Database) -> None:
    async with visitor(server) as browser:
        me = (await register(browser))["user"]["id"]
        async with db.write() as session:
            for at in range(100):
                await folders.create(session, me, f"Folder {at}")
        assert _failure(await browser.post(FOLDERS, json={"name": "One more"})) == (409, "too_many_folders")
        assert len(await _names(browser)) == 100


async def test_tags_are_counted_and_find_their_sessions(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        first, second, third = [await begin(browser) for _ in range(3)]
        tags = (await _change(browser, first, tags=[" Garden ", "Straße", "GARDEN", "花园"]))["tags"]
        assert tags == ["Garden", "Straße", "花园"]
        await _change(browser, second, tags=["garden"])
        await _change(browser, third, tags=["garden", "old"])
        await browser.delete(f"{SESSIONS}/{third}")
        found = (await browser.get(TAGS)).json()
        assert [(one["name"].casefold(), one["sessions"]) for one in found] == [
            ("garden", 2),
            ("strasse", 1),
            ("花园", 1),
        ]
        assert await _listed(browser, tag="gARDEN") == [second, first]
        assert await _listed(browser, tag="STRASSE") == [first]
        assert await _listed(browser, tag="old") == []
        assert (await _change(browser, first, title="Kept"))["tags"] == tags
        assert (await _change(browser, first, tags=[]))["tags"] == []
        assert await _listed(browser, tag="garden") == [second]
        document = (await browser.get(f"{SESSIONS}/{second}/export", params={"format": "json"})).json()
        assert (document["session"]["tags"], document["folder"]) == (["garden"], None)
        for wanted in (["x" * 31], [""], ["a\x07b"], [7], "garden", [f"t{at}" for at in range(11)]):
            answer = await browser.patch(f"{SESSIONS}/{first}", json={"tags": wanted})
            assert _failure(answer) == (400, "invalid_request")
        for query in ({"tag": ""}, {"tag": "x" * 31}, {"tag": "a\x00"}, {"folder_id": "x" * 41}):
            assert _failure(await browser.get(SESSIONS, params=query)) == (400, "invalid_request")


async def test_every_tab_hears_of_folders_and_the_copy_has_them(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        me = (await register(browser))["user"]["id"]
        session_id = await begin(browser)
        async with listening(browser) as tab:
            await tab.subscribe(f"user.{me}")
            folder = await _folder(browser, "Work")
            assert (await tab.until("folders.changed"))["body"] == {"removed": None}
            await _change(browser, session_id, folder_id=folder, tags=["a"])
            changed = (await tab.until("session.changed"))["body"]["session"]
            assert (changed["folder_id"], changed["tags"]) == (folder, ["a"])
            document = json.loads((await browser.get("/api/v1/me/export")).text)
            assert [(one["id"], one["name"]) for one in document["folders"]] == [(folder, "Work")]
            assert [(one["folder_id"], one["tags"]) for one in document["sessions"]] == [(folder, ["a"])]
            await browser.delete(f"{FOLDERS}/{folder}")
            assert (await tab.until("folders.changed"))["body"] == {"removed": folder}


async def test_nobody_else_reaches_a_folder(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    folder, session_id = await _folder(member, "Mine alone"), await begin(other)
    answers = [
        await other.patch(f"{FOLDERS}/{folder}", json={"name": "Theirs"}),
        await other.delete(f"{FOLDERS}/{folder}"),
        await other.get(SESSIONS, params={"folder_id": folder}),
        await other.patch(f"{SESSIONS}/{session_id}", json={"folder_id": folder}),
    ]
    assert {_failure(answer) for answer in answers} == {(404, "folder_not_found")}
    await _change(member, await begin(member), tags=["mine-alone"])
    for address in (FOLDERS, TAGS):
        assert "alone" not in (await other.get(address)).text
    assert await _listed(other, tag="mine-alone") == []
    await member.delete(f"{FOLDERS}/{folder}")
