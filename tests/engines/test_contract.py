"""The contract of engines: one suite of scenarios, run over every engine there is."""

import asyncio

import pytest

from guildhall.core.errors import AppError
from guildhall.engines.api import Decision, ToolCalled, ToolOutput, ToolUse
from tests.engines.stage import Stage, Told, also, call, say
from tests.fakes.host import FakeHost


async def test_text_is_told_and_the_turn_ends(stage: Stage) -> None:
    told = await stage.play(say("Hello there"))
    assert told.tale == [("text", "Hello there"), ("ended", "stop")]


async def test_thinking_comes_before_text_as_a_part_of_its_own(stage: Stage) -> None:
    told = await stage.play("[[reason]]", say("Hello"))
    assert [kind for kind, _ in told.tale] == ["reasoning", "text", "ended"]


async def test_a_tool_is_called_asked_for_and_done_before_the_model_goes_on(stage: Stage) -> None:
    host = FakeHost()
    told = await stage.play(say("Looking."), call(stage.looker, **stage.looks), say("Done."), host=host)
    assert told.tale == [
        ("text", "Looking."),
        ("called", stage.looker),
        ("done", stage.looker),
        ("text", "Done."),
        ("ended", "stop"),
    ]
    assert [(request.tool, request.kind) for request in host.asked] == [(stage.looker, "read")]
    assert host.asked[0].patterns


async def test_calls_of_one_answer_share_a_step_and_have_ids_of_their_own(stage: Stage) -> None:
    told = await stage.play(
        call(stage.looker, **stage.looks),
        also(stage.looker, **stage.looks),
        call(stage.looker, **stage.looks),
        say("Done."),
    )
    calls = [event for event in told.events if isinstance(event, ToolCalled)]
    assert calls[0].step == calls[1].step < calls[2].step
    assert len({event.id for event in calls}) == 3
    assert {event.id for event in told.ends} == {event.id for event in calls}


async def test_calls_that_change_something_are_done_in_their_order(stage: Stage) -> None:
    told = await stage.play(call("bash", command="echo a"), also("bash", command="echo b"), say("Done."))
    assert sorted(told.tale[:4]) == [("called", "bash"), ("called", "bash"), ("done", "bash"), ("done", "bash")]
    assert ["a" in told.outputs[0], "b" in told.outputs[1]] == [True, True]


async def test_a_refusal_with_words_is_told_to_the_model_which_goes_on(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False, message="Use list instead.")})
    told = await stage.play(
        call("bash", command="touch made"), call(stage.looker, **stage.looks), say("I listed."), host=host
    )
    assert told.tale == [
        ("called", "bash"),
        ("denied", "bash"),
        ("called", stage.looker),
        ("done", stage.looker),
        ("text", "I listed."),
        ("ended", "stop"),
    ]
    assert "Use list instead." in told.outputs[0]
    assert not (stage.root / "made").exists()


async def test_people_are_told_whether_a_rule_refused(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False, message="A rule forbids this.", by="rule")})
    told = await stage.play(call("bash", command="touch made"), say("Then not."), host=host)
    assert [(event.status, event.details.get("refused_by")) for event in told.ends] == [("denied", "rule")]


async def test_a_refusal_without_words_ends_the_turn(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False)})
    told = await stage.play(call("bash", command="touch made"), say("Never said."), host=host)
    assert told.tale == [("called", "bash"), ("denied", "bash"), ("ended", "denied")]


async def test_a_tool_that_is_not_there_fails_and_the_turn_goes_on(stage: Stage) -> None:
    told = await stage.play(call("fly"), say("I cannot fly."))
    assert told.tale == [("called", "fly"), ("failed", "fly"), ("text", "I cannot fly."), ("ended", "stop")]


async def test_a_command_that_fails_is_a_failed_call(stage: Stage) -> None:
    told = await stage.play(call("bash", command="exit 3"), say("It failed."))
    assert told.tale[1] == ("failed", "bash")
    assert told.ends[0].details["exit_code"] == 3


async def test_what_a_command_prints_is_told_while_it_runs(stage: Stage) -> None:
    told = Told()
    turn = stage.turn(call("bash", command="echo first; while [ ! -e go ]; do sleep 0.05; done"), say("Done."))
    async with asyncio.timeout(60):
        async for event in stage.follow(turn):
            told.events.append(event)
            if isinstance(event, ToolOutput):
                break
    assert told.live.strip() == "first"


async def test_a_waiting_call_of_a_turn_that_was_cut_off_is_asked_for_again_and_done(stage: Stage) -> None:
    host = FakeHost()
    said = (call("bash", command="echo once"), say("All done."))
    waiting = ToolUse("call_1", "bash", {"command": "echo once"}, "waiting", "", 0)
    told = await stage.play(*said, host=host, begun=("Let me see.", waiting))
    assert told.tale == [("done", "begun before"), ("text", "All done."), ("ended", "stop")]
    assert [request.tool_call_id for request in host.asked] == ["call_1"]
    assert "once" in told.outputs[0]


async def test_an_interrupted_call_is_told_and_never_repeated(stage: Stage) -> None:
    host = FakeHost()
    said = (call("bash", command="echo b"), say("All done."))
    begun = (
        ToolUse("call_1", "bash", {"command": "touch again"}, "interrupted", "", 0),
        ToolUse("call_2", "bash", {"command": "echo b"}, "waiting", "", 0),
    )
    told = await stage.play(*said, host=host, begun=begun)
    assert told.tale == [("done", "begun before"), ("text", "All done."), ("ended", "stop")]
    assert [request.tool_call_id for request in host.asked] == ["call_2"]
    assert not (stage.root / "again").exists()


async def test_a_refusal_of_a_waiting_call_ends_the_resumed_turn(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False)})
    waiting = ToolUse("call_1", "bash", {"command": "echo no"}, "waiting", "", 0)
    told = await stage.play(call("bash", command="echo no"), say("No."), host=host, begun=(waiting,))
    assert told.tale == [("denied", "begun before"), ("ended", "denied")]


async def test_closing_in_the_middle_stops_the_command(stage: Stage) -> None:
    (stage.root / "beats").write_text("")
    beats = stage.root / "beats"
    beats.chmod(0o666)
    command = f"cd {stage.root} 2>/dev/null; echo begun; while true; do echo beat >> beats; sleep 0.05; done"
    async for event in stage.follow(stage.turn(call("bash", command=command))):
        if isinstance(event, ToolOutput):
            break
    await asyncio.sleep(0.2)
    written = beats.read_text()
    await asyncio.sleep(0.3)
    assert beats.read_text() == written


async def test_closing_while_a_person_is_asked_does_nothing(stage: Stage) -> None:
    host = FakeHost(silent=frozenset({"bash"}))
    following = asyncio.create_task(stage.play(call("bash", command="touch made"), host=host))
    async with asyncio.timeout(60):
        await host.is_asked.wait()
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert not (stage.root / "made").exists()


async def test_a_provider_that_fails_in_the_middle_of_a_loop_is_raised(stage: Stage) -> None:
    told = Told()
    with pytest.raises(AppError) as caught:
        async for event in stage.follow(stage.turn(call(stage.looker, **stage.looks), "[[error=500]]")):
            told.events.append(event)
    assert caught.value.code == "upstream_error"
    assert told.tale == [("called", stage.looker), ("done", stage.looker)]


@pytest.mark.slow
async def test_a_turn_has_fifty_answers_at_most(stage: Stage) -> None:
    said = [call("bash", command=f"true {number}") for number in range(60)]
    told = await stage.play(*said)
    assert told.tale[-1] == ("ended", "limit")
    assert len(told.ends) == 50


async def test_the_same_call_six_times_in_a_row_ends_the_turn(stage: Stage) -> None:
    told = await stage.play(*[call(stage.looker, **stage.looks)] * 10)
    assert told.tale[-2:] == [("failed", stage.looker), ("ended", "loop")]
    assert len(told.ends) == 6
