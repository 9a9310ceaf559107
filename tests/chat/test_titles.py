"""Titles that models give: once, on their person's account, and never over a title that a person wrote."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from guildhall.chat.titles import title_of
from tests.chat.recording import recording
from tests.chat.talk import INSTANT, SESSIONS, begin, billed, ended, say
from tests.gateway.providers import eventually
from tests.sockets import listening

CONFIGURATION = "/api/v1/configuration/titles"
CALLS = "/api/v1/gateway/calls"
_ORDER = "Give the conversation"


def _titles(body: dict[str, Any]) -> str:
    return '"A *paper* crane."\nmore' if is_title(body) else "Fold it."


def is_title(body: dict[str, Any]) -> bool:
    return str(body["messages"][0]["content"]).startswith(_ORDER)


@asynccontextmanager
async def configured(admin: httpx.AsyncClient, **value: Any) -> AsyncIterator[None]:
    """Titles as an admin wants them, for the length of a block."""
    for each in (value, {}):
        revision = (await admin.get(CONFIGURATION)).json()["revision"]
        answer = await admin.put(CONFIGURATION, json={"revision": revision, "value": each})
        assert answer.status_code == 200, answer.text
        if each:
            yield


async def title(http: httpx.AsyncClient, session_id: str) -> str:
    return str((await http.get(f"{SESSIONS}/{session_id}")).json()["title"])


async def until_titled(http: httpx.AsyncClient, session_id: str, wanted: str) -> None:
    async def is_so() -> bool:
        return await title(http, session_id) == wanted

    await eventually(is_so, 15)


@pytest.mark.slow
async def test_the_first_answer_brings_a_title_that_every_tab_sees(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    async with recording(admin, _titles) as (provider, model):
        session_id = await begin(member, model)
        async with listening(member) as tab:
            await tab.subscribe(f"chat.session.{session_id}")
            await say(member, session_id, "How do I fold a crane?")
            while (await tab.until("session.changed"))["body"]["session"]["title"] != "A paper crane":
                pass
        asked = provider.bodies[-1]
        assert "How do I fold a crane?" in asked["messages"][1]["content"]
        assert "Fold it." in asked["messages"][1]["content"]
        assert asked["max_tokens"] <= 1000
        answer = await billed(member, session_id)
        assert answer["usage"]["calls"] == 1  # the title is no part of the answer

        async def is_metered() -> bool:
            page = (await member.get(CALLS, params={"model": model})).json()
            return [call["session_id"] for call in page["items"]] == [session_id] * 2

        await eventually(is_metered, 15)
        await say(member, session_id, "And a boat?")
        await billed(member, session_id)
        assert [is_title(body) for body in provider.bodies] == [False, True, False]


async def edit(http: httpx.AsyncClient, session_id: str, text: str) -> None:
    """Say the first question of a session otherwise."""
    first = (await http.get(f"{SESSIONS}/{session_id}/messages")).json()["items"][-1]
    said = await http.post(f"{SESSIONS}/{session_id}/messages", json={"text": text, "edited_id": first["id"]})
    assert said.status_code == 202, said.text
    await billed(http, session_id)


@pytest.mark.slow
async def test_another_first_question_brings_another_title(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    def titles(body: dict[str, Any]) -> str:
        if not is_title(body):
            return "Fold it."
        return "A paper boat" if "boat" in body["messages"][1]["content"] else "A paper crane"

    async with recording(admin, titles) as (provider, model):
        session_id = await begin(member, model)
        await say(member, session_id, "How do I fold a crane?")
        await until_titled(member, session_id, "A paper crane")
        await billed(member, session_id)
        await edit(member, session_id, "How do I fold a boat?")
        await until_titled(member, session_id, "A paper boat")
        retried = await member.post(f"{SESSIONS}/{session_id}/retry")
        assert retried.status_code == 202
        await billed(member, session_id)
        await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Mine"})
        await edit(member, session_id, "How do I fold a hat?")
        assert await title(member, session_id) == "Mine"
        # Neither another answer to the same question nor a session with a title of its own has a model asked.
        assert [is_title(body) for body in provider.bodies] == [False, True, False, True, False, False]


@pytest.mark.slow
async def test_a_title_that_a_person_wrote_stays(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    async with recording(admin, _titles) as (provider, model):
        session_id = await begin(member, model)
        await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Mine"})
        await say(member, session_id, "How?")
        await billed(member, session_id)
        assert [is_title(body) for body in provider.bodies] == [False]
        asked, renamed = asyncio.Event(), asyncio.Event()

        def slowly(body: dict[str, Any]) -> str:
            if is_title(body):
                asked.set()
            return _titles(body)

        provider.say = slowly
        provider.pause = renamed
        provider.pauses = is_title
        late = await begin(member, model)
        await say(member, late, "How?")
        async with asyncio.timeout(15):
            await asked.wait()
        await member.patch(f"{SESSIONS}/{late}", json={"title": "Mine too"})
        renamed.set()
        other = await begin(member, model)
        await say(member, other, "How?")
        await until_titled(member, other, "A paper crane")
        assert (await title(member, session_id), await title(member, late)) == ("Mine", "Mine too")


async def test_a_failure_leaves_the_title_there_is(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    async with recording(admin, lambda body: 400 if is_title(body) else "Yes") as (provider, model):
        session_id = await begin(member, model)
        await say(member, session_id, "What now?")

        async def is_asked() -> bool:
            return any(is_title(body) for body in provider.bodies)

        await eventually(is_asked, 15)
        await ended(member, session_id)
        assert await title(member, session_id) == "What now?"


@pytest.mark.slow
async def test_admins_choose_the_model_or_that_there_are_none(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, simulated: None
) -> None:
    async with recording(admin, _titles) as (provider, model), configured(admin, automatic=False):
        quiet = await begin(member, model)
        await say(member, quiet, "Quiet")
        await billed(member, quiet)
        assert [is_title(body) for body in provider.bodies] == [False]
    plain = await begin(member)
    await say(member, plain, "Hi [[say=**Well**, hello]]")
    await billed(member, plain)
    assert await title(member, plain) == "Hi [[say=**Well**, hello]]"  # of the simulator none is asked by itself
    async with configured(admin, model=INSTANT):
        given = await begin(member)
        await say(member, given, "Hi [[say=**Well**, hello]]")
        await until_titled(member, given, "Well, hello")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Paper cranes", "Paper cranes"),
        ("\n## “Paper cranes”\nand more", "Paper cranes"),
        ("**Title:** `Paper cranes`.", "Paper cranes"),
        ("- 1. 《折纸鹤》", "折纸鹤"),
        ("标题：折纸鹤。", "折纸鹤"),
        ("<think>Six words\nat most</think>\n\n> [Cranes](https://a.example) fly", "Cranes fly"),
        ("<think>never ends", ""),
        ("***\n---\nCranes", "---"),
        ("", ""),
        ("word " * 100, "word word word word word word word word word word word word…"),
    ],
)
def test_a_title_is_the_first_line_without_decoration(said: str, title: str) -> None:
    assert title_of(said) == title
