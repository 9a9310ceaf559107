"""What opencode told when it was recorded, in the words of the house."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from guildhall.core.errors import AppError
from guildhall.engines.api import (
    Decision,
    Delta,
    Option,
    QuestionItem,
    Refuser,
    Todo,
    TodosChanged,
    ToolCalled,
    ToolEnded,
    ToolOutput,
    ToolUse,
)
from guildhall.engines.opencode.failures import failure_of
from guildhall.engines.opencode.told import Idle, PermissionAsked, QuestionAsked, Retrying, Told
from guildhall.engines.opencode.tools import Place
from guildhall.engines.opencode.translation import Translation

_Kind = TypeVar("_Kind")
_RECORDINGS = Path(__file__).parent / "recordings"
_EVERY = sorted(path.stem for path in _RECORDINGS.glob("*.json"))


@dataclass
class Played:
    """A recording that was translated."""

    translation: Translation
    told: list[Told] = field(default_factory=list)

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        """What was told of one kind."""
        return [told for told in self.told if isinstance(told, kind)]

    @property
    def tale(self) -> list[tuple[str, str]]:
        """What happened, in words: neighbouring deltas of a kind are one."""
        names = {called.id: called.name for called in self.of(ToolCalled)}
        tale: list[tuple[str, str]] = []
        for told in self.told:
            if isinstance(told, Delta) and tale and tale[-1][0] == told.kind:
                tale[-1] = (told.kind, tale[-1][1] + told.text)
            elif isinstance(told, Delta):
                tale.append((told.kind, told.text))
            elif isinstance(told, ToolCalled):
                tale.append(("called", told.name))
            elif isinstance(told, ToolEnded):
                tale.append((told.status, names.get(told.id, told.id)))
            elif isinstance(told, PermissionAsked):
                tale.append(("asked", told.permission))
            elif isinstance(told, Idle):
                tale.append(("over", told.error.code if told.error else told.reason))
        return tale


def _recorded(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((_RECORDINGS / f"{name}.json").read_text())
    return found


def _question(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The part that holds what was asked."""
    infos = [event["properties"]["info"] for event in events if event.get("type") == "message.updated"]
    askers = {info["id"] for info in infos if info["role"] == "user"}
    parts = (event["properties"]["part"] for event in events if event.get("type") == "message.part.updated")
    return next(part for part in parts if part["messageID"] in askers and part["type"] == "text")


def play(
    name: str, *, folder: str = "/workspace/a", waiting: tuple[ToolUse, ...] = (), refuser: Refuser = "person"
) -> Played:
    """Translate a recording; what was refused then is refused now."""
    events = _recorded(name)
    question = _question(events)
    played = Played(Translation(question["sessionID"], question["messageID"], Place(folder), waiting=waiting))
    for event in events:
        if event.get("req", {}).get("reply") == "reject":
            request = played.of(PermissionAsked)[-1].request
            assert request is not None
            no = Decision(is_allowed=False, message=event["req"].get("message", ""), by=refuser)
            played.translation.denied(request.tool_call_id, no)
        played.told.extend(played.translation.take(event))
    return played


def test_an_answer_is_thinking_then_text_with_the_tokens_of_both() -> None:
    played = play("events_hello")
    assert [kind for kind, _ in played.tale] == ["reasoning", "text", "over"]
    assert played.tale[1:] == [
        ("text", "Hello! This is a **streamed** answer. 你好，世界。"),
        ("over", "stop"),
    ]
    assert len(played.of(Delta)) > 10
    assert played.translation.tokens == (2442, 46)


def test_a_command_is_called_asked_for_and_prints_while_it_runs() -> None:
    played = play("events_bash")
    assert played.tale[1:] == [
        ("text", "Running it now."),
        ("called", "bash"),
        ("asked", "bash"),
        ("done", "bash"),
        ("text", "The command printed hi."),
        ("over", "stop"),
    ]
    request = played.of(PermissionAsked)[0].request
    assert request is not None
    assert (request.kind, request.patterns) == ("run", ("echo hi", "sleep 1", "echo done"))
    assert request.suggestions == ("echo *", "sleep *")
    assert request.details["command"] == "echo hi; sleep 1; echo done"
    assert [event.text for event in played.of(ToolOutput)] == ["hi\n", "done\n"]
    assert (played.of(ToolEnded)[0].output, played.of(ToolEnded)[0].details) == ("hi\ndone\n", {"exit_code": 0})


def test_leave_is_asked_for_after_the_call_has_been_told_with_its_arguments() -> None:
    played = play("events_parallel")
    kinds = [told for told in played.tale if told[0] in {"called", "asked"}]
    assert kinds == [("called", "bash"), ("asked", "bash"), ("called", "bash"), ("asked", "bash")]
    calls = played.of(ToolCalled)
    assert [call.arguments["command"] for call in calls] == ["echo a", "echo b"]
    assert calls[0].step == calls[1].step


def test_files_have_paths_in_the_workspace_and_changes_a_diff() -> None:
    played = play("events_write")
    written, read, edited = played.of(ToolCalled)
    assert (written.name, written.arguments["path"]) == ("write", "hello.py")
    assert (read.arguments, edited.name) == ({"path": "hello.py"}, "edit")
    assert [call.step for call in (written, read, edited)] == [0, 1, 2]
    asked = [told.request for told in played.of(PermissionAsked)]
    assert [request and (request.kind, request.patterns) for request in asked] == [("edit", ("hello.py",))] * 2
    ends = played.of(ToolEnded)
    assert ends[0].details["diff"].startswith("--- hello.py\n+++ hello.py\n@@ -0,0 +1,1 @@\n+print('hi')")
    assert "-print('hi')" in ends[2].details["diff"]
    assert [end.details.get("paths") for end in ends] == [["hello.py"], None, ["hello.py"]]


def test_a_refusal_without_words_ends_the_turn() -> None:
    assert play("events_perm_reject").tale[-2:] == [("denied", "bash"), ("over", "denied")]


def test_a_refusal_with_words_is_what_the_model_is_told() -> None:
    played = play("events_perm_reject_msg")
    assert played.tale[-3:] == [("denied", "bash"), ("text", "The command printed hi."), ("over", "stop")]
    assert played.of(ToolEnded)[0].output == "Denied. use ls instead"


def test_whose_word_a_refusal_is_is_told_where_it_is_not_the_persons() -> None:
    assert "refused_by" not in play("events_perm_reject_msg").of(ToolEnded)[0].details
    assert play("events_perm_reject_msg", refuser="rule").of(ToolEnded)[0].details["refused_by"] == "rule"


def test_what_the_agent_means_to_do_is_a_list() -> None:
    todos = play("events_todo").of(TodosChanged)
    assert todos == [TodosChanged((Todo("step one", "active"), Todo("step two", "pending")))]


def test_a_question_is_told_apart_from_leave() -> None:
    played = play("events_question")
    (asked,) = played.of(QuestionAsked)
    colours = (Option("Red", "warm"), Option("Blue", "cool"))
    assert asked.question is not None
    assert (asked.count, asked.question.items) == (1, (QuestionItem("Which color?", "Color", colours),))
    assert asked.question.tool_call_id == played.of(ToolCalled)[0].id
    assert played.told.index(played.of(ToolCalled)[0]) < played.told.index(asked)
    assert not played.of(PermissionAsked)


def test_a_question_that_waited_when_the_turn_was_cut_off_keeps_its_id() -> None:
    options = [{"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cool"}]
    arguments = {"questions": [{"question": "Which color?", "header": "Color", "options": options}]}
    played = play("events_question", waiting=(ToolUse("call_7", "question", arguments, "waiting", "", 0),))
    assert [asked.question.tool_call_id for asked in played.of(QuestionAsked) if asked.question] == ["call_7"]
    assert not played.of(ToolCalled)


def test_a_tool_that_is_not_there_fails_under_the_name_the_model_gave_it() -> None:
    played = play("events_badtool")
    assert played.tale == [("called", "nosuchtool"), ("failed", "nosuchtool"), ("text", "ok"), ("over", "stop")]
    assert played.of(ToolCalled)[0].arguments == {}
    assert "unavailable tool" in played.of(ToolEnded)[0].output


def test_a_tool_of_a_server_is_of_a_kind_that_nobody_knows() -> None:
    request = play("events8_mcp", folder="/workspace/d").of(PermissionAsked)[0].request
    assert request is not None
    assert (request.tool, request.kind) == ("echo_add", "other")


def test_what_a_sub_agent_says_is_what_its_call_prints() -> None:
    played = play("events8_task", folder="/workspace/d")
    assert played.tale == [("called", "task"), ("done", "task"), ("text", "sub done"), ("over", "stop")]
    assert "".join(event.text for event in played.of(ToolOutput)).startswith("Hello! This is a **streamed** answer.")
    assert played.translation.model_calls == 3


def test_calls_of_sub_agents_are_told_under_the_agents_own_call_however_deep() -> None:
    translation = Translation("ses_a", "msg_q", Place("/workspace"))
    told = [
        told
        for event in (
            _told("message.updated", info={"id": "msg_q", "role": "user", "sessionID": "ses_a"}),
            *_tool("ses_a", "prt_1", "task", {"description": "Look", "prompt": "x"}, sessionId="ses_b"),
            *_tool("ses_b", "prt_2", "task", {"description": "Deeper", "prompt": "x"}, sessionId="ses_c"),
            *_tool("ses_c", "prt_3", "bash", {"command": "ls"}),
            _told(
                "permission.asked",
                id="per_1",
                sessionID="ses_c",
                permission="bash",
                patterns=["ls"],
                tool={"messageID": "msg_ses_c", "callID": "prt_3"},
            ),
        )
        for told in translation.take(event)
    ]
    calls = [event for event in told if isinstance(event, ToolCalled)]
    assert [(call.id, call.parent) for call in calls] == [("prt_1", None), ("prt_2", "prt_1"), ("prt_3", "prt_1")]
    (asked,) = (event.request for event in told if isinstance(event, PermissionAsked))
    assert asked is not None
    assert asked.details["task"] == "Look"


def _told(kind: str, **told: Any) -> dict[str, Any]:
    return {"type": kind, "properties": told}


def _tool(session: str, part_id: str, tool: str, given: dict[str, Any], **metadata: str) -> Iterator[dict[str, Any]]:
    """A call that runs, in a session of its own where there is one."""
    message = f"msg_{session}"
    yield _told("message.updated", info={"id": message, "role": "assistant", "sessionID": session})
    state = {"status": "running", "input": given, "metadata": metadata}
    part = {"id": part_id, "callID": part_id, "messageID": message, "sessionID": session, "type": "tool", "tool": tool}
    yield _told("message.part.updated", part={**part, "state": state})


def test_a_skill_that_is_missing_is_a_failed_call() -> None:
    assert ("failed", "skill") in play("events_skill").tale
    assert ("done", "skill") in play("events8_skill", folder="/workspace/d").tale


def test_a_path_outside_the_workspace_is_shown_as_it_is() -> None:
    played = play("events_outside")
    assert played.of(ToolCalled)[0].arguments == {"path": "/etc/hostname"}
    assert played.of(PermissionAsked)[0].permission == "external_directory"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("events_http401", "upstream_error"),
        ("events_http429", "upstream_error"),
        ("events_ctx", "context_too_long"),
        ("events_abort_queue", "engine_stopped"),
    ],
)
def test_what_went_wrong_is_told_at_the_end(name: str, code: str) -> None:
    assert play(name).tale[-1] == ("over", code)


def test_an_answer_of_the_gateway_keeps_its_code_and_words() -> None:
    events = _recorded("events_http401")
    for event in events:
        if event.get("type") == "session.error":
            body = {"error": {"code": "model_not_found", "message": "There is no such model."}}
            event["properties"]["error"]["data"] |= {"statusCode": 404, "responseBody": json.dumps(body)}
    question = _question(events)
    translation = Translation(question["sessionID"], question["messageID"], Place("/workspace"))
    error = next(told.error for told in _all(translation, events) if isinstance(told, Idle))
    assert isinstance(error, AppError)
    assert (error.status, error.code, error.message) == (404, "model_not_found", "There is no such model.")


def test_an_error_in_the_middle_of_an_answer_keeps_its_code_and_words_too() -> None:
    told = {"message": "The provider ended its answer early.", "code": "upstream_invalid_response", "param": None}
    error = failure_of({"name": "UnknownError", "data": {"message": json.dumps(told)}})
    assert (error.code, error.message) == ("upstream_invalid_response", "The provider ended its answer early.")
    for odd in ("{}", "[1]", "{", '{"code": null}', '"said"', "[" * 5000):
        assert failure_of({"name": "UnknownError", "data": {"message": odd}}).code == "engine_failed"


def test_each_new_attempt_is_told() -> None:
    assert [told.attempt for told in play("events_http500").of(Retrying)] == [1, 2, 3, 4]


def test_a_call_that_waited_when_the_turn_was_cut_off_keeps_its_id() -> None:
    arguments = {"command": "echo hi; sleep 1; echo done", "description": "Say hi"}
    played = play("events_bash", waiting=(ToolUse("call_7", "bash", arguments, "waiting", "", 0),))
    assert not played.of(ToolCalled)
    assert [event.id for event in played.of(ToolEnded)] == ["call_7"]
    assert [told.request.tool_call_id for told in played.of(PermissionAsked) if told.request] == ["call_7"]


def test_a_call_that_the_model_does_not_make_again_has_an_end() -> None:
    played = play("events_hello", waiting=(ToolUse("call_7", "bash", {"command": "ls"}, "waiting", "", 0),))
    assert [(event.id, event.status) for event in played.translation.left_over()] == [("call_7", "failed")]
    assert not list(played.translation.left_over())


@pytest.mark.parametrize("name", _EVERY)
def test_every_call_is_told_once_and_ends_once_before_the_turn_is_over(name: str) -> None:
    played = play(name)
    called = [event.id for event in played.of(ToolCalled)]
    assert len(set(called)) == len(called)
    assert sorted(called) == sorted(event.id for event in played.of(ToolEnded))
    assert len(played.of(Idle)) == 1
    assert isinstance(played.told[-1], Idle)


@pytest.mark.parametrize("name", _EVERY)
def test_what_happens_in_other_sessions_is_not_told(name: str) -> None:
    translation = Translation("ses_another", "msg_another", Place("/workspace"))
    assert not list(_all(translation, _recorded(name)))


def test_an_event_that_is_not_understood_changes_nothing() -> None:
    translation = Translation("ses_a", "msg_a", Place("/workspace"))
    for event in ({}, {"type": "session.idle"}, {"type": "x", "properties": {}}, {"type": 3, "properties": None}):
        assert translation.take(event) == []


def _all(translation: Translation, events: list[dict[str, Any]]) -> Iterator[Told]:
    for event in events:
        yield from translation.take(event)
