"""Parameters of a session: checked, kept, changed between turns, and sent with its model calls."""

from typing import Any

import httpx
import pytest

from guildhall.engines.parameters import Parameters, as_chat
from guildhall.gateway.catalog import Entry, Serving
from guildhall.gateway.phrasing import phrased
from tests.chat.recording import recording
from tests.chat.talk import SESSIONS, begin, ended, say, text_of

SET: dict[str, Any] = {
    "temperature": 0.2,
    "top_p": 0.9,
    "max_output_tokens": 321,
    "reasoning_effort": "low",
    "stop": ["\n\n", "END"],
}
SENT = {"temperature": 0.2, "top_p": 0.9, "max_tokens": 321, "reasoning_effort": "low", "stop": ["\n\n", "END"]}


@pytest.mark.slow
async def test_parameters_go_with_every_call_until_they_are_taken_away(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    async with recording(admin, lambda _body: "Yes") as (provider, model):
        made = await member.post(SESSIONS, json={"model": model, "parameters": SET})
        assert made.json()["parameters"] == SET
        address = f"{SESSIONS}/{made.json()['id']}"
        await say(member, made.json()["id"], "One")
        await ended(member, made.json()["id"])
        assert SENT.items() <= provider.bodies[0].items()
        changed = await member.patch(address, json={"parameters": {"top_p": 0.5, "stop": []}})
        assert changed.json()["parameters"] == dict.fromkeys(SET) | {"top_p": 0.5}
        assert (await member.patch(address, json={"title": "Mine"})).json()["parameters"]["top_p"] == 0.5
        await say(member, made.json()["id"], "Two")
        await ended(member, made.json()["id"])
        assert provider.bodies[-1]["top_p"] == 0.5
        assert not (SENT.keys() - {"top_p"}) & provider.bodies[-1].keys()
        for nothing in (None, {}):
            assert (await member.patch(address, json={"parameters": nothing})).json()["parameters"] is None
        await say(member, made.json()["id"], "Three")
        await ended(member, made.json()["id"])
        assert not SENT.keys() & provider.bodies[-1].keys()


async def test_a_provider_that_refuses_a_parameter_is_quoted(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    async with recording(admin, lambda _body: 400) as (_provider, model):
        session_id = await begin(member, model)
        await member.patch(f"{SESSIONS}/{session_id}", json={"parameters": {"temperature": 0.2}})
        await say(member, session_id, "One")
        answer = await ended(member, session_id)
    assert (answer["status"], text_of(answer)) == ("failed", "")
    assert answer["error"]["code"] == "rejected_by_provider"
    assert "'temperature' does not support 0.2" in answer["error"]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 2.1}, {"temperature": -0.1}, {"temperature": "warm"}, {"top_p": 0}, {"top_p": 1.1},
        {"max_output_tokens": 0}, {"max_output_tokens": 1.5}, {"max_output_tokens": 10**9},
        {"reasoning_effort": "huge"}, {"stop": ["a"] * 5}, {"stop": [""]}, {"stop": ["x" * 201]}, {"stop": "x"},
        {"stop": ["\x00"]}, {"seed": 1}, "hot", [],
    ],
)  # fmt: skip
async def test_what_is_no_parameter_is_refused(member: httpx.AsyncClient, wrong: object) -> None:
    answer = await member.post(SESSIONS, json={"parameters": wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_only_what_is_set_is_sent() -> None:
    assert as_chat(Parameters()) == {}
    assert as_chat(Parameters(temperature=0.0, stop=("x",))) == {"temperature": 0.0, "stop": ["x"]}


def test_the_limit_of_an_answer_has_the_name_that_all_providers_of_a_model_know() -> None:
    def served_by(*kinds: str) -> Entry:
        return Entry("m", servings=tuple(Serving("ch_1", "One", kind, True, "m") for kind in kinds))

    said = {"max_tokens": 5, "top_p": 1.0}
    assert phrased(served_by("openai", "azure"), said) == {"max_completion_tokens": 5, "top_p": 1.0}
    assert phrased(served_by("openai", "custom"), said) == said
    assert phrased(served_by(), said) == phrased(None, said) == said
