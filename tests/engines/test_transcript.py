"""A conversation as a model is told it."""

from typing import Any

import pytest

from guildhall.engines.api import Spoken, ToolUse
from guildhall.engines.builtin.gateway_model import chat_messages
from guildhall.engines.builtin.transcript import add_results, begun_messages, messages_of, returned


def use(call_id: str, step: int, status: Any = "done", output: str = "out") -> ToolUse:
    """One call of `list`."""
    return ToolUse(call_id, "list", {"path": call_id}, status, output, step)


def asked(*call_ids: str) -> list[dict[str, Any]]:
    """Calls as chat completions have them."""
    return [
        {"id": one, "type": "function", "function": {"name": "list", "arguments": f'{{"path":"{one}"}}'}}
        for one in call_ids
    ]


def test_text_is_told_as_it_was_said() -> None:
    history = (Spoken("user", ("Hello",)), Spoken("assistant", ("Hi", "there")), Spoken("user", ("Bye",)))
    assert list(chat_messages(messages_of(history))) == [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi\n\nthere"},
        {"role": "user", "content": "Bye"},
    ]


def test_calls_of_one_step_are_one_answer_and_text_begins_the_next() -> None:
    spoken = Spoken("assistant", ("Look.", use("a", 0), use("b", 0), use("c", 1), "Done."))
    assert list(chat_messages(messages_of([spoken]))) == [
        {"role": "assistant", "content": "Look.", "tool_calls": asked("a", "b")},
        {"role": "tool", "tool_call_id": "a", "content": "out"},
        {"role": "tool", "tool_call_id": "b", "content": "out"},
        {"role": "assistant", "content": None, "tool_calls": asked("c")},
        {"role": "tool", "tool_call_id": "c", "content": "out"},
        {"role": "assistant", "content": "Done."},
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", "out"),
        ("denied", "out"),
        ("interrupted", "Interrupted: the server stopped"),
        ("running", "Interrupted: the server stopped"),
        ("waiting", "Not done: the turn ended"),
    ],
)
def test_what_did_not_go_well_is_told_in_words(status: str, words: str) -> None:
    told = list(chat_messages(messages_of([Spoken("assistant", (use("a", 0, status),))])))
    assert told[1]["content"].startswith(words)


def test_what_waits_is_told_once_it_is_done_beside_what_was() -> None:
    messages = list(begun_messages((use("a", 0, "interrupted"), use("b", 0, "waiting"))))
    add_results(messages, [returned("b", "list", "late", failed=False)])
    told = list(chat_messages(messages))
    assert [message["role"] for message in told] == ["assistant", "tool", "tool"]
    assert [message["tool_call_id"] for message in told[1:]] == ["a", "b"]
    assert told[2]["content"] == "late"


def test_an_answer_that_was_cut_off_in_its_words_goes_on() -> None:
    told = list(chat_messages(begun_messages((use("a", 0), "I was say"))))
    assert [message["role"] for message in told] == ["assistant", "tool", "assistant", "user"]
    assert "cut off" in told[-1]["content"]
