"""Finding messages by their words."""

from typing import Any

import httpx
import pytest

from tests.chat.talk import SESSIONS, begin, ended, say

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
SEARCH = "/api/v1/chat/search"


async def said(http: httpx.AsyncClient, question: str, answer: str) -> str:
    session_id = await begin(http)
    await say(http, session_id, f"{question} [[say={answer}]]")
    await ended(http, session_id)
    return session_id


async def found(http: httpx.AsyncClient, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = await http.get(SEARCH, params={"q": query, **more})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def marked(hit: dict[str, Any]) -> list[str]:
    return [hit["excerpt"][place["start"] : place["end"]] for place in hit["highlights"]]


async def test_questions_and_answers_are_found_by_any_of_their_words(member: httpx.AsyncClient) -> None:
    session_id = await said(member, "Where do zebrafinches live", "Mostly in Quetzalland, they say.")
    (question,) = await found(member, "zebrafinches")
    assert (question["session_id"], question["role"], question["begins"]) == (session_id, "user", True)
    assert marked(question) == ["zebrafinches"]
    roles = [each["role"] for each in await found(member, "QUETZAL")]
    assert roles == ["assistant", "user"]  # the question quotes what is to be said
    assert not await found(member, "zebrafinches unicornwort")


@pytest.mark.parametrize("query", ["量子", "量子纠缠", "缠", "纠缠 实验"])
async def test_chinese_is_found_by_any_part_of_it(member: httpx.AsyncClient, query: str) -> None:
    session_id = await said(member, "请解释量子纠缠的实验", "好的")
    hits = await found(member, query)
    assert session_id in {each["session_id"] for each in hits}
    assert all(each["highlights"] for each in hits)


async def test_a_long_text_is_shown_around_what_was_found(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, f"{'before ' * 100}needleworthy{' after' * 100} [[say=ok]]")
    (hit,) = await found(member, "needleworthy")
    assert not hit["begins"]
    assert marked(hit) == ["needleworthy"]
    assert len(hit["excerpt"]) <= 240
    await ended(member, session_id)


async def test_pages_go_on_where_the_last_one_ended(member: httpx.AsyncClient) -> None:
    for number in range(3):
        await said(member, f"Tell me of pangolinade number {number}", "Yes")
    first = (await member.get(SEARCH, params={"q": "pangolinade", "limit": 2})).json()
    rest = (await member.get(SEARCH, params={"q": "pangolinade", "limit": 2, "cursor": first["next_cursor"]})).json()
    shown = [each["excerpt"][:35] for each in [*first["items"], *rest["items"]]]
    assert shown == [f"Tell me of pangolinade number {number} [[sa"[:35] for number in (2, 1, 0)]
    assert rest["next_cursor"] is None


async def test_sessions_are_found_by_their_titles(member: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    async def titles(http: httpx.AsyncClient, query: str) -> list[tuple[str, list[str]]]:
        answer = await http.get(f"{SEARCH}/titles", params={"q": query})
        assert answer.status_code == 200, answer.text
        return [
            (hit["session_id"], [hit["title"][place["start"] : place["end"]] for place in hit["highlights"]])
            for hit in answer.json()
        ]

    older, newer = await begin(member), await begin(member)
    await member.patch(f"{SESSIONS}/{older}", json={"title": "Élan vitalissimo 😀 年终税务总结"})
    await member.patch(f"{SESSIONS}/{newer}", json={"title": "vitalissimo 100%"})
    assert await titles(member, "VITALISS") == [(newer, ["vitaliss"]), (older, ["vitaliss"])]
    assert await titles(member, "éla vital") == [(older, ["Éla", "vital"])]
    assert await titles(member, "税务") == [(older, ["税务"])]
    for nowhere in ("italissimo", "vitalissimo unicornwort", "税总", "%", "😀"):
        assert await titles(member, nowhere) == []
    assert await titles(admin, "vitalissimo") == []
    await member.delete(f"{SESSIONS}/{older}")
    assert await titles(member, "éla") == []
    for bad in ("", "x" * 201, "\x00"):
        assert (await member.get(f"{SEARCH}/titles", params={"q": bad})).status_code == 400


async def test_nobody_finds_what_others_said_or_what_is_deleted(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    session_id = await said(member, "My secretest xylophonium", "Hush")
    assert await found(member, "xylophonium")
    assert not await found(admin, "xylophonium")
    await member.delete(f"{SESSIONS}/{session_id}")
    assert not await found(member, "xylophonium")
    await member.post(f"{SESSIONS}/{session_id}/restore")
    assert await found(member, "xylophonium")


@pytest.mark.parametrize(
    "query", ['"', "a*b", "NEAR(", "'; drop table x", "!!", "\u0000x", "%", "( ) | & <->", "a" * 200]
)
async def test_any_query_is_answered(member: httpx.AsyncClient, query: str) -> None:
    assert (await member.get(SEARCH, params={"q": query})).status_code in {200, 400}


async def test_an_empty_query_and_one_that_is_too_long_are_refused(member: httpx.AsyncClient) -> None:
    for query in ("", "a" * 201):
        assert (await member.get(SEARCH, params={"q": query})).status_code == 400
