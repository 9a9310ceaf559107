"""Prompts: one's own and the hall's, their variables, and files of them."""

from typing import Any

import httpx
import pytest

from guildhall.chat.prompt_templates import TemplateError, Variable, variables_of
from guildhall.core.ids import new_id
from tests.accounts.visitors import failure, register, visitor
from tests.services.product import Running

pytestmark = pytest.mark.slow

PROMPTS = "/api/v1/chat/prompts"


def slash(name: str = "p") -> str:
    """A name that no other test has."""
    return new_id(name).replace("_", "-")


async def keep(http: httpx.AsyncClient, **words: Any) -> dict[str, Any]:
    answer = await http.post(PROMPTS, json={"title": "Review", "text": "Look at this", **words})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


async def titles(http: httpx.AsyncClient, **wanted: Any) -> list[str]:
    answer = await http.get(PROMPTS, params={"limit": 200, **wanted})
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["items"]]


async def test_a_prompt_is_kept_found_changed_and_forgotten(member: httpx.AsyncClient) -> None:
    mark = slash()
    made = await keep(
        member,
        title=f"Review {mark}",
        slash=f"  {mark.upper()} ",
        text="Review {{code}} for {{what = bugs}}",
        tags=["Code", "code", "c++"],
        instructions="You are {{role=strict}}.",
        model="m",
        mode="plan",
    )
    assert (made["slash"], made["tags"], made["is_scene"], made["is_shared"]) == (mark, ["code", "c++"], True, False)
    assert [(each["name"], each["default"]) for each in made["variables"]] == [
        ("code", None),
        ("what", "bugs"),
        ("role", "strict"),
    ]
    address = f"{PROMPTS}/{made['id']}"
    for wanted in ({"q": f"VIEW {mark}"}, {"q": mark, "tag": "C++"}, {"q": mark, "is_shared": False}):
        assert await titles(member, **wanted) == [f"Review {mark}"]
    for other in ({"q": mark, "tag": "c"}, {"q": mark, "is_shared": True}, {"q": f"{mark}%"}):
        assert await titles(member, **other) == []
    changed = await member.patch(address, json={"slash": None, "mode": None, "text": "Plain", "title": "Plain"})
    assert (changed.json()["slash"], changed.json()["mode"], changed.json()["model"]) == (None, None, "m")
    assert (await member.get(address)).json() == changed.json()
    assert (await member.delete(address)).status_code == 204
    assert failure(await member.get(address)) == (404, "prompt_not_found")


async def test_they_come_in_order_of_titles_page_by_page(other: httpx.AsyncClient) -> None:
    mark = slash()
    for name in ("b", "a", "c", "a"):
        await keep(other, title=f"{name} {mark}")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await other.get(PROMPTS, params={"q": mark, "limit": 1, **cursor})).json()
        seen += [each["title"].split()[0] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == ["a", "a", "b", "c"]


async def test_nobody_reaches_anothers_prompts_and_only_admins_share_with_the_hall(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    own = await keep(member, slash=slash())
    address = f"{PROMPTS}/{own['id']}"
    for asked in (other.get(address), other.patch(address, json={"title": "x"}), other.delete(address)):
        assert failure(await asked) == (404, "prompt_not_found")
    assert failure(await admin.get(address)) == (404, "prompt_not_found")
    refused = (403, "admin_only")
    body = {"title": "x", "text": "x", "is_shared": True}
    assert failure(await member.post(PROMPTS, json=body)) == refused
    assert failure(await member.patch(address, json={"is_shared": True})) == refused
    shared = await keep(admin, title=f"Ours {own['slash']}", slash=own["slash"], is_shared=True)
    place = f"{PROMPTS}/{shared['id']}"
    assert (await member.get(place)).json() == shared  # a name of one's own may be the hall's too
    assert await titles(member, q=own["slash"], is_shared=True) == [shared["title"]]
    assert failure(await member.patch(place, json={"title": "Mine"})) == refused
    assert failure(await member.delete(place)) == refused
    for change in ({"title": "Everybody's"}, {"is_shared": False}):
        assert (await admin.patch(place, json=change)).status_code == 200
    assert failure(await member.get(place)) == (404, "prompt_not_found")
    entries = (await admin.get("/api/v1/audit", params={"target": f"prompt:{shared['id']}"})).json()["items"]
    assert [each["action"] for each in entries] == ["prompt.unshared", "prompt.changed", "prompt.shared"]
    assert entries[1]["after"] == {"title": "Everybody's"}


async def test_a_name_calls_one_prompt_of_an_owner(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    taken = (409, "prompt_slash_taken")
    for who, more in ((member, {}), (admin, {"is_shared": True})):
        name = slash()
        await keep(who, slash=name, **more)
        again = await keep(who, slash=slash(), **more)
        body = {"title": "x", "text": "x", "slash": name.upper(), **more}
        assert failure(await who.post(PROMPTS, json=body)) == taken
        assert failure(await who.patch(f"{PROMPTS}/{again['id']}", json={"slash": name})) == taken


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": "x" * 201}, {"text": ""}, {"text": "a\x00b"}, {"text": "x" * 50_001},
        {"slash": "two words"}, {"slash": "/x"}, {"slash": ""}, {"slash": "x" * 41}, {"tags": ["x"] * 11},
        {"tags": ['"']}, {"tags": [""]}, {"mode": "god"}, {"text": None}, {"more": 1}, {"title": 7}, {"slash": ["x"]},
    ],
)  # fmt: skip
async def test_what_is_no_prompt_is_refused(member: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await member.post(PROMPTS, json={"title": "x", "text": "x", **wrong})
    assert failure(answer) == (400, "invalid_request")


async def test_broken_braces_are_named_with_their_place(member: httpx.AsyncClient) -> None:
    answer = await member.post(PROMPTS, json={"title": "x", "text": "one\n{{name"})
    assert failure(answer) == (400, "invalid_template")
    assert (answer.json()["error"]["param"], "line 2" in answer.json()["error"]["message"]) == ("text", True)
    kept = await keep(member)
    answer = await member.patch(f"{PROMPTS}/{kept['id']}", json={"instructions": "{{}}"})
    assert (failure(answer), answer.json()["error"]["param"]) == ((400, "invalid_template"), "instructions")
    assert (await member.get(f"{PROMPTS}/{kept['id']}")).json()["instructions"] is None


async def test_a_file_is_taken_whole_or_not_at_all_and_changes_nothing_the_second_time(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    mark = slash()
    for number in range(2):
        await keep(member, title=f"{number} {mark}", slash=f"{mark[:30]}-{number}", text="A {{b}}")
    answer = await member.get(f"{PROMPTS}/export")
    assert "guildhall-prompts.json" in answer.headers["content-disposition"]
    prompts = [each for each in answer.json()["prompts"] if mark in each["title"]]
    file = {**answer.json(), "prompts": [*prompts, {"title": f"2 {mark}", "text": "C"}]}
    assert len(prompts) == 2
    broken = {**file, "prompts": [*file["prompts"], {"title": "x", "text": "{{"}]}
    assert failure(await other.post(f"{PROMPTS}/import", json=broken)) == (400, "invalid_template")
    assert await titles(other, q=mark) == []
    assert failure(await other.post(f"{PROMPTS}/import", json={**file, "is_shared": True})) == (403, "admin_only")
    for wrong in ({"prompts": []}, {**file, "version": 2}, {**file, "kind": "x"}, {"prompts": [{"title": "x"}]}):
        assert failure(await other.post(f"{PROMPTS}/import", json=wrong)) == (400, "invalid_request")
    came: list[dict[str, int]] = []
    for text in ("C", "C", "changed"):
        file["prompts"][0]["text"] = text if text == "changed" else file["prompts"][0]["text"]
        came.append((await other.post(f"{PROMPTS}/import", json=file)).json())
    assert came == [
        {"added": 3, "changed": 0, "unchanged": 0},
        {"added": 0, "changed": 0, "unchanged": 3},
        {"added": 0, "changed": 1, "unchanged": 2},
    ]
    hall = {"prompts": [{"title": f"Hall {mark}", "text": "x"}], "is_shared": True}
    assert (await admin.post(f"{PROMPTS}/import", json=hall)).json()["added"] == 1
    shared = (await member.get(f"{PROMPTS}/export", params={"is_shared": True})).json()["prompts"]
    assert f"Hall {mark}" in [each["title"] for each in shared]


async def test_there_is_an_end_to_them(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        many = [{"title": "x", "text": f"{number}"} for number in range(500)]
        assert (await browser.post(f"{PROMPTS}/import", json={"prompts": many})).json()["added"] == 500
        answer = await browser.post(PROMPTS, json={"title": "x", "text": "one more"})
        assert failure(answer) == (409, "too_many_prompts")


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("no braces } at { all }}", []),
        ("{{a}} {{ b }} {{a=1}}", [("a", "1"), ("b", None)]),
        ("{{long name=two\nlines}}", [("long name", "two\nlines")]),
        (r"\{{ stays }} and {{姓名=}}", [("姓名", "")]),
        ("{{a={one}}}", [("a", "{one")]),
    ],
)
def test_variables(text: str, variables: list[tuple[str, str | None]]) -> None:
    assert variables_of(text) == [Variable(*each) for each in variables]


@pytest.mark.parametrize("text", ["{{", "{{a", "{{}}", "{{a|b}}", "{{a {{b}}", "{{=x}}", "{{a=" + "x" * 1001 + "}}"])
def test_braces_that_mean_nothing(text: str) -> None:
    with pytest.raises(TemplateError):
        variables_of(text)


def test_there_can_be_twenty_variables() -> None:
    text = " ".join(f"{{{{v{number}}}}}" for number in range(20))
    assert len(variables_of(text, "{{v1}}")) == 20
    with pytest.raises(TemplateError):
        variables_of(text, "{{w}}")
