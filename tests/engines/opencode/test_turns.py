"""One turn against a scripted API: what is answered when, and when enough is enough."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from guildhall.core.errors import AppError, ForbiddenError
from guildhall.engines.api import (
    Answers,
    Decision,
    Ended,
    Option,
    PermissionRequest,
    Picture,
    Question,
    QuestionItem,
    Spoken,
    ToolCalled,
    ToolEnded,
    Turn,
)
from guildhall.engines.opencode.client import lost
from guildhall.engines.opencode.process import Sidecar
from guildhall.engines.opencode.remote import RemoteTools
from guildhall.engines.opencode.tools import Place
from guildhall.engines.opencode.turns import OpencodeTurn
from guildhall.gateway.doorway import Lease
from tests.engines.stage import Told
from tests.fakes.host import FakeHost

_SESSION = "ses_a"
Event = dict[str, Any]


def part(number: int, status: str, command: str = "ls", **state: Any) -> Event:
    """How far the call `number` is."""
    held = {"status": status, "input": {"command": command}, **state}
    body = {"id": f"prt_{number}", "messageID": "msg_b", "sessionID": _SESSION, "type": "tool", "tool": "bash"}
    return {"type": "message.part.updated", "properties": {"part": {**body, "callID": f"c{number}", "state": held}}}


def asked(number: int, permission: str = "bash") -> Event:
    """It asks for leave."""
    body = {"id": f"per_{number}_{permission}", "sessionID": _SESSION, "permission": permission, "patterns": ["x"]}
    tool = {"messageID": "msg_b", "callID": f"c{number}"}
    return {"type": "permission.asked", "properties": {**body, "metadata": {}, "always": [], "tool": tool}}


def finished() -> Event:
    """A model call has ended."""
    body = {"id": "prt_x", "messageID": "msg_b", "sessionID": _SESSION, "type": "step-finish", "reason": "tool-calls"}
    return {"type": "message.part.updated", "properties": {"part": {**body, "tokens": {"input": 1, "output": 1}}}}


def plain(kind: str, **told: Any) -> Event:
    """Another event of the session."""
    return {"type": kind, "properties": {"sessionID": _SESSION, **told}}


IDLE = plain("session.idle")


class Api:
    """opencode, as far as a turn calls it. `script` says what it tells once it is asked, `then` once it is answered."""

    def __init__(self, *script: Event | AppError) -> None:
        self.script = script
        self.then: tuple[Event, ...] = ()
        self.log: list[str] = []
        self.told: asyncio.Queue[Event | AppError] = asyncio.Queue()

    async def create(self, _title: str) -> str:
        return _SESSION

    async def has(self, _session: str) -> bool:
        return True

    async def tell(self, _session: str, text: str, _model: str, _pictures: Sequence[Picture]) -> None:
        self.log.append(f"told {len(text) > 0}")

    async def prompt(
        self, _session: str, message: str, text: str, *, model: str, system: str, pictures: Sequence[Picture]
    ) -> None:
        self.log.append(f"asked {text}")
        for event in (
            plain("message.updated", info={"id": message, "role": "user", "sessionID": _SESSION}),
            plain("session.status", status={"type": "busy"}),
            plain("message.updated", info={"id": "msg_b", "role": "assistant", "sessionID": _SESSION}),
            *self.script,
        ):
            self.told.put_nowait(event)

    async def allow(self, permission: str) -> None:
        self.log.append(f"allow {permission}")

    async def refuse(self, permission: str, message: str) -> None:
        self.log.append(f"refuse {permission} {message}".strip())

    async def reply(self, question: str, answers: list[list[str]]) -> None:
        self.log.append(f"reply {question} {answers}")
        for event in self.then:
            self.told.put_nowait(event)

    async def abort(self, _session: str) -> None:
        self.log.append("abort")

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncGenerator[Event, None]]:
        async def read() -> AsyncGenerator[Event, None]:
            while True:
                event = await self.told.get()
                if isinstance(event, AppError):
                    raise event
                await asyncio.sleep(0.002)  # what it waits for is not over at once
                yield event

        yield read()


class _Sidecar:
    def __init__(self, api: Api) -> None:
        self.client, self.place, self.lease = api, Place("/workspace"), Lease("us_a", "")
        self.remote = RemoteTools(None)
        self.kept: list[str] = []

    def session(self, _session_id: str, _fingerprint: str) -> None:
        return None

    def remember(self, session_id: str, *_: str) -> None:
        self.kept.append(session_id)

    def forget(self, session_id: str) -> None:
        self.kept = [kept for kept in self.kept if kept != session_id]


async def play(api: Api, host: Any = None, after: Iterator[Event] | None = None) -> tuple[Told, _Sidecar]:
    """A turn from its question to its end; each event that is told brings the next of `after`."""
    sidecar, told = _Sidecar(api), Told()
    turn = Turn("tu_a", "se_a", "us_a", "m", (Spoken("user", ("Do it",)),), workspace_id="ws_a")
    async with asyncio.timeout(5):
        async for event in OpencodeTurn(cast("Sidecar", sidecar), turn, host or FakeHost()).run():
            told.events.append(event)
            if (following := next(after or iter(()), None)) is not None:
                api.told.put_nowait(following)
    return told, sidecar


async def test_a_turn_that_ends_well_is_remembered_and_not_aborted() -> None:
    api = Api(part(1, "running"), part(1, "completed", output="ok"), finished(), IDLE)
    told, sidecar = await play(api)
    assert told.tale == [("called", "bash"), ("done", "bash"), ("ended", "stop")]
    assert sidecar.kept == ["se_a"]
    assert api.log == ["asked Do it"]


async def test_leave_for_the_second_call_of_a_step_is_given_when_the_first_is_over() -> None:
    api = Api(part(1, "pending"), part(2, "pending"), part(1, "running"), asked(1), part(2, "running", "pwd"), asked(2))
    seen: list[list[str]] = []

    def following() -> Iterator[Event]:
        yield plain("none")
        yield part(1, "completed", output="one")
        seen.append(list(api.log))
        yield part(2, "completed", "pwd", output="two")
        yield IDLE

    await play(api, after=following())
    assert "allow per_2_bash" not in seen[0]
    assert api.log.index("allow per_1_bash") < api.log.index("allow per_2_bash")


async def test_a_word_about_one_thing_is_no_word_about_another_that_the_call_would_do() -> None:
    host = FakeHost()
    api = Api(part(1, "running"), asked(1), asked(1, "external_directory"), part(1, "completed", output=""), IDLE)
    await play(api, host)
    assert len(host.asked) == 1
    assert [line.split()[:2] for line in api.log[1:]] == [
        ["refuse", "per_1_external_directory"],
        ["allow", "per_1_bash"],
    ] or [line.split()[:2] for line in api.log[1:]] == [
        ["allow", "per_1_bash"],
        ["refuse", "per_1_external_directory"],
    ]


async def test_leave_for_what_is_no_call_is_refused() -> None:
    event = asked(1)
    event["properties"].pop("tool")
    host = FakeHost()
    api = Api(event, IDLE)
    sidecar_told, _ = await play(api, host)
    assert not host.asked
    assert sidecar_told.tale == [("ended", "stop")]


async def test_a_refusal_is_told_with_its_words() -> None:
    host = FakeHost({"bash": Decision(is_allowed=False, message="Not now.")})
    api = Api(part(1, "running"), asked(1))

    def following() -> Iterator[Event]:
        yield plain("none")

    turn = asyncio.create_task(play(api, host, following()))
    async with asyncio.timeout(5):
        while "refuse per_1_bash Not now." not in api.log:  # noqa: ASYNC110 - the turn does it
            await asyncio.sleep(0.01)
    api.told.put_nowait(part(1, "error", error="rejected"))
    api.told.put_nowait(IDLE)
    told, _ = await turn
    assert told.outputs == ["Denied. Not now."]
    assert told.tale[-1] == ("ended", "stop")


async def test_a_host_that_fails_ends_the_turn_which_is_stopped() -> None:
    class Failing(FakeHost):
        async def permit(self, _request: PermissionRequest) -> Decision:
            raise ForbiddenError("no_more", "No more.")

    api = Api(part(1, "running"), asked(1))
    with pytest.raises(AppError) as caught:
        await play(api, Failing())
    assert caught.value.code == "no_more"
    assert api.log[-1] == "abort"


def question(number: int, *questions: Event) -> tuple[Event, Event]:
    """It asks the person, before its call is told with its arguments, as opencode does."""
    call = part(number, "running")
    call["properties"]["part"] |= {"tool": "question"}
    call["properties"]["part"]["state"]["input"] = {"questions": list(questions)}
    asked = plain("question.asked", id=f"que_{number}", questions=list(questions))
    asked["properties"]["tool"] = {"messageID": "msg_b", "callID": f"c{number}"}
    return asked, call


def answered(number: int) -> Event:
    """The call that asked is over."""
    event = part(number, "completed", output="User has answered.")
    event["properties"]["part"] |= {"tool": "question"}
    return event


COLOUR = {"question": "Which?", "options": [{"label": "Red", "description": "warm"}], "multiple": True}


async def test_a_question_goes_to_the_person_and_their_answer_back() -> None:
    host = FakeHost(answers=Answers((("Red", "Green"), ())))
    pending = part(1, "pending")
    pending["properties"]["part"] |= {"tool": "question"}
    api = Api(pending, *question(1, COLOUR, {"question": "Where?"}))
    api.then = (answered(1), IDLE)
    told, _ = await play(api, host)
    assert host.questions == [
        Question("prt_1", (QuestionItem("Which?", "", (Option("Red", "warm"),), True), QuestionItem("Where?")))
    ]
    assert "reply que_1 [['Red', 'Green'], []]" in api.log
    assert told.tale == [("called", "question"), ("done", "question"), ("ended", "stop")]


async def test_a_question_that_nobody_answers_is_left_to_the_agent() -> None:
    api = Api(*question(1, COLOUR)[::-1])
    api.then = (answered(1), IDLE)
    told, _ = await play(api)
    assert "reply que_1 [['Nobody answered. Decide yourself, say what you have decided, and go on.']]" in api.log
    assert told.ends[0].details["answers"] is None


@pytest.mark.parametrize(
    "questions",
    [[{}, {}], [], [{"question": " "}], [COLOUR] * 11, [COLOUR, "Which?"]],
    ids=["empty", "none", "blank", "many", "no-object"],
)
async def test_what_cannot_be_asked_is_left_to_the_agent_at_once(questions: list[Any]) -> None:
    host = FakeHost(answers=Answers((("Red",),)))
    api = Api(*question(1, *questions)[::-1], finished(), IDLE)
    await play(api, host)
    assert not host.questions
    assert [line for line in api.log if line.startswith("reply que_1")]


async def test_a_question_of_no_call_is_answered_at_once() -> None:
    api = Api(plain("question.asked", id="que_1", questions=[{}, {}]), finished(), IDLE)
    await play(api)
    assert [line for line in api.log if line.startswith("reply que_1")]


async def test_a_turn_that_may_not_call_its_model_any_more_ends_and_is_stopped() -> None:
    host = FakeHost()
    host.calls_left = 1
    api = Api(part(1, "completed"), finished(), part(2, "running"), part(3, "running"))
    told, _ = await play(api, host)
    assert (host.calls_left, api.log[-1]) == (-1, "abort")
    assert isinstance(told.events[-1], Ended)
    assert told.events[-1].reason == "limit"


async def test_model_calls_of_sub_agents_that_end_together_are_all_counted() -> None:
    host = FakeHost()
    api = Api(part(1, "completed"), finished(), finished(), part(2, "completed", "pwd"), finished(), IDLE)
    await play(api, host)
    assert host.calls_left == 50 - 3


async def test_fifty_model_calls_are_enough() -> None:
    api = Api(*[finished() for _ in range(60)])
    told, sidecar = await play(api)
    assert told.events == [Ended("limit", 50, 50, 2)]
    assert (api.log[-1], sidecar.kept) == ("abort", [])


async def test_the_same_call_six_times_in_a_row_is_enough() -> None:
    api = Api(*(part(number, "running") for number in range(10)))
    told, _ = await play(api)
    assert len([event for event in told.events if isinstance(event, ToolCalled)]) == 6
    assert len([event for event in told.events if isinstance(event, ToolEnded)]) == 6
    assert told.tale[-1] == ("ended", "loop")


async def test_a_model_that_fails_twice_is_given_up() -> None:
    retries = (plain("session.status", status={"type": "retry", "attempt": n, "message": "boom"}) for n in (1, 2))
    api = Api(*retries)
    with pytest.raises(AppError) as caught:
        await play(api)
    assert (caught.value.code, api.log[-1]) == ("upstream_error", "abort")
    assert "boom" in caught.value.message


async def test_a_process_that_falls_silent_is_lost() -> None:
    api = Api(part(1, "running"), lost())
    with pytest.raises(AppError) as caught:
        await play(api)
    assert caught.value.code == "engine_lost"
