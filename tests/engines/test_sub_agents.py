"""Sub-agents: what both engines tell of them, and what is the built-in one's own."""

import asyncio
from typing import ClassVar

import pytest

from guildhall.engines.api import Decision, Ended, PermissionRequest, ToolCalled, ToolUse
from guildhall.engines.builtin.task_tool import MOST_AT_ONCE
from tests.engines.stage import Stage, Told, call, say, task
from tests.fakes.host import YES, FakeHost

pytestmark = [pytest.mark.slow]
both = pytest.mark.parametrize(
    "engine", ["builtin", pytest.param("opencode", marks=[pytest.mark.timeout(120)])], indirect=True
)
ECHO = call("bash", command="echo inner")


def below(told: Told) -> dict[str, str | None]:
    """By its name, under which tool a call was told."""
    calls = {event.id: event for event in told.events if isinstance(event, ToolCalled)}
    return {each.name: calls[each.parent].name if each.parent else None for each in calls.values()}


@both
async def test_what_a_sub_agent_does_is_told_under_its_task_and_its_last_words_are_what_comes_of_it(
    stage: Stage,
) -> None:
    host = FakeHost()
    inner = (say("Looking."), call(stage.looker, **stage.looks), say("Found it."))
    told = await stage.play(task(stage.engine.name, *inner), say("Done."), host=host)
    assert told.tale == [
        ("called", "task"),
        ("called", stage.looker),
        ("done", stage.looker),
        ("done", "task"),
        ("text", "Done."),
        ("ended", "stop"),
    ]
    assert below(told) == {"task": None, stage.looker: "task"}
    assert "Found it." in told.outputs[-1]
    assert "Looking." in told.live
    assert [(request.tool, request.kind, request.details.get("task")) for request in host.asked] == [
        ("task", "read", None),
        (stage.looker, "read", "Look around"),
    ]


@both
async def test_a_refusal_with_words_is_told_to_the_sub_agent_which_goes_on(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False, message="Not now.")})
    said = task(stage.engine.name, ECHO, say("I was not allowed."), kind="general")
    told = await stage.play(said, say("Then not."), host=host)
    assert told.tale == [
        ("called", "task"),
        ("called", "bash"),
        ("denied", "bash"),
        ("done", "task"),
        ("text", "Then not."),
        ("ended", "stop"),
    ]
    assert "I was not allowed." in told.outputs[-1]


@both
async def test_a_refusal_without_words_ends_the_turn(stage: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False)})
    told = await stage.play(task(stage.engine.name, ECHO, kind="general"), say("Never said."), host=host)
    assert told.tale[:3] == [("called", "task"), ("called", "bash"), ("denied", "bash")]
    assert told.tale[-1] == ("ended", "denied")


@both
async def test_closing_while_a_sub_agent_asks_does_nothing(stage: Stage) -> None:
    host = FakeHost(silent=frozenset({"bash"}))
    said = task(stage.engine.name, call("bash", command="touch inner"), kind="general")
    following = asyncio.create_task(stage.play(said, host=host))
    async with asyncio.timeout(60):
        while not any(request.tool == "bash" for request in host.asked):  # noqa: ASYNC110 - the turn does it
            await asyncio.sleep(0.01)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert not (stage.root / "inner").exists()


def _cut_off(stage: Stage, *said: str) -> tuple[ToolUse, ...]:
    """A turn that was cut off while a sub-agent waited: it had done one thing, and one was going on."""
    name = "subagent_type" if stage.engine.name == "opencode" else "agent"
    given = {"description": "Look around", "prompt": " ".join(said), name: "general"}
    return (
        ToolUse("call_1", "task", given, "waiting", "", 0),
        ToolUse("call_2", "bash", {"command": "echo a >> done"}, "done", "a", 0, "call_1"),
        ToolUse("call_3", "bash", {"command": "echo b >> done"}, "interrupted", "", 1, "call_1"),
        ToolUse("call_4", "bash", {"command": "echo c >> done"}, "waiting", "", 1, "call_1"),
    )


async def test_a_sub_agent_that_waited_when_the_turn_was_cut_off_goes_on_from_there(desk: Stage) -> None:
    host = FakeHost()
    inner = [call("bash", command=f"echo {each} >> done") for each in "ab"]
    begun = _cut_off(desk, *inner, say("All three."))
    told = await desk.play("[[call=task {}]]", say("Done."), host=host, begun=begun)
    assert told.tale == [("done", "begun before"), ("done", "begun before"), ("text", "Done."), ("ended", "stop")]
    assert [event.id for event in told.ends] == ["call_4", "call_1"]
    assert told.outputs[-1] == "All three."
    assert [request.tool_call_id for request in host.asked] == ["call_1", "call_4"]
    assert (desk.root / "done").read_text() == "c\n"


async def test_sub_agents_that_had_no_place_yet_begin_when_a_turn_that_was_cut_off_goes_on(desk: Stage) -> None:
    given = {"description": "Look around", "agent": "explore"}
    begun = [
        ToolUse("call_0", "task", given | {"prompt": say("Never said.")}, "interrupted", "", 0),
        *(ToolUse(f"call_{n}", "task", given | {"prompt": say(f"Saw {n}.")}, "waiting", "", 0) for n in range(1, 7)),
    ]
    told = await desk.play("[[call=task {}]]", say("Done."), begun=tuple(begun))
    assert sorted((event.id, event.output) for event in told.ends) == [(f"call_{n}", f"Saw {n}.") for n in range(1, 7)]
    assert told.tale[-2:] == [("text", "Done."), ("ended", "stop")]


@pytest.mark.parametrize("engine", [pytest.param("opencode", marks=[pytest.mark.timeout(120)])], indirect=True)
async def test_with_opencode_a_sub_agent_that_was_cut_off_has_ended_and_the_agent_goes_on(stage: Stage) -> None:
    host = FakeHost()
    said = (call(stage.looker, **stage.looks), say("I looked myself."))
    told = await stage.play(*said, host=host, begun=_cut_off(stage, "Count to three."))
    assert told.tale == [
        ("failed", "begun before"),
        ("failed", "begun before"),
        ("called", stage.looker),
        ("done", stage.looker),
        ("text", "I looked myself."),
        ("ended", "stop"),
    ]
    assert {event.id for event in told.ends[:2]} == {"call_1", "call_4"}
    assert [request.tool for request in host.asked] == [stage.looker]
    assert not (stage.root / "done").exists()


async def test_sub_agents_that_explore_work_at_once_but_not_more_than_four(desk: Stage) -> None:
    class Counting(FakeHost):
        now = most = tasks = 0
        begun: ClassVar[list[int]] = []
        full = asyncio.Event()

        async def permit(self, request: PermissionRequest) -> Decision:
            if request.tool == "list":
                self.now += 1
                self.most = max(self.most, self.now)
                if self.now == MOST_AT_ONCE:
                    self.full.set()
                await self.full.wait()
                await asyncio.sleep(0.2)  # time for one too many
                self.begun.append(self.tasks)
                self.now -= 1
            elif request.tool == "task":
                self.tasks += 1
            return YES

    host = Counting()
    said = [
        task("builtin", call("list"), say(f"Saw {number}."), word="also" if number else "call") for number in range(6)
    ]
    async with asyncio.timeout(20):
        told = await desk.play(*said, say("Done."), host=host)
    assert host.most == host.begun[0] == MOST_AT_ONCE  # who has no place asks for nothing, and has not begun
    assert sorted(output for output in told.outputs if output.startswith("Saw")) == [f"Saw {n}." for n in range(6)]


async def test_a_refusal_without_words_ends_sub_agents_that_work_at_the_same_time(desk: Stage) -> None:
    class Refusing(FakeHost):
        async def permit(self, request: PermissionRequest) -> Decision:
            self.asked.append(request)
            waits = [each for each in self.asked if each.tool == "list"]
            if request.tool != "list":
                return YES
            if len(waits) < MOST_AT_ONCE:
                await asyncio.Event().wait()
            return Decision(is_allowed=False)

    host = Refusing()
    said = [task("builtin", call("list"), say("Saw."), word="also" if number else "call") for number in range(5)]
    async with asyncio.timeout(20):
        told = await desk.play(*said, say("Never said."), host=host)
    assert told.tale[-1] == ("ended", "denied")
    assert [event for event in told.tale if event[1:] == ("task",)] == [("called", "task")] * 5 + [
        ("denied", "task")
    ] * 5
    assert len([each for each in host.asked if each.tool == "list"]) == MOST_AT_ONCE


async def test_who_explores_can_change_nothing(desk: Stage) -> None:
    inner = (call("write", path="a.txt", content="a"), call("bash", command="touch a.txt"), say("I can't."))
    told = await desk.play(task("builtin", *inner), say("Done."))
    assert told.tale[1:5] == [("called", "write"), ("failed", "write"), ("called", "bash"), ("failed", "bash")]
    assert not (desk.root / "a.txt").exists()


async def test_a_sub_agent_has_no_sub_agents_and_keeps_no_list(desk: Stage) -> None:
    inner = (call("task"), call("todo"), say("No."))
    told = await desk.play(task("builtin", *inner, kind="general"), say("Done."))
    assert [output.split(".")[0] for output in told.outputs[:2]] == [
        "There is no tool 'task'",
        "There is no tool 'todo'",
    ]


async def test_what_a_sub_agent_has_read_the_agent_has_not(desk: Stage) -> None:
    edit = call("edit", path="notes.txt", old_text="one", new_text="ONE")
    told = await desk.play(task("builtin", call("read", path="notes.txt"), say("Read.")), edit, say("Done."))
    assert told.outputs[-1] == "Read notes.txt first, so that you know what you change."


async def test_what_a_sub_agent_has_changed_the_agent_reads_again(desk: Stage) -> None:
    read, edit = call("read", path="notes.txt"), call("edit", path="notes.txt", old_text="one", new_text="ONE")
    other = call("edit", path="notes.txt", old_text="two", new_text="TWO")
    told = await desk.play(read, task("builtin", read, edit, say("Made."), kind="general"), other, say("Done."))
    assert told.outputs[-1] == "notes.txt has changed since you read it. Read it again."
    assert (desk.root / "notes.txt").read_text() == "ONE\ntwo\nthree\n"


async def test_the_next_turn_knows_what_came_of_a_task_and_nothing_of_its_steps(desk: Stage) -> None:
    edit = call("edit", path="notes.txt", old_text="one", new_text="ONE")
    first, second = await desk.talk(
        [task("builtin", call("read", path="notes.txt"), say("Three lines.")), say("Done.")], [edit, say("Changed.")]
    )
    assert [part.name for part in first.spoken().parts if isinstance(part, ToolUse)] == ["task"]
    assert second.outputs == ["Read notes.txt first, so that you know what you change."]


async def test_commands_that_the_agent_has_in_the_background_outlive_a_sub_agent(desk: Stage) -> None:
    begin = call("bash", command="sleep 88088", background=True)
    inner = task("builtin", ECHO, say("Echoed."), kind="general")
    told = await desk.play(begin, inner, call("bash_output", id="bg1", stop=False), say("Done."))
    assert told.outputs[-1].endswith("[still running]")


async def test_model_calls_of_a_sub_agent_count_in_its_turn(desk: Stage) -> None:
    host = FakeHost()
    told = await desk.play(task("builtin", call("list"), say("word " * 400)), say("Done."), host=host)
    assert host.calls_left == 50 - 4
    end = told.events[-1]
    assert isinstance(end, Ended)
    assert (end.output_tokens or 0) > 800  # the prompt and the words


async def test_at_its_limit_the_turn_ends_with_the_sub_agent(desk: Stage) -> None:
    host = FakeHost()
    host.calls_left = 2
    told = await desk.play(task("builtin", call("list"), say("Never said.")), say("Never said."), host=host)
    assert told.tale[-2:] == [("failed", "task"), ("ended", "limit")]
    assert told.outputs[-1].startswith("The sub-agent was stopped")


async def test_a_sub_agent_that_goes_round_in_circles_is_stopped_and_the_agent_goes_on(desk: Stage) -> None:
    told = await desk.play(task("builtin", *[call("list")] * 8), say("Then I do it."))
    assert told.tale[-3:] == [("failed", "task"), ("text", "Then I do it."), ("ended", "stop")]


async def test_a_provider_that_fails_a_sub_agent_is_told_to_the_agent(desk: Stage) -> None:
    told = await desk.play(task("builtin", "[[error=500]]"), say("It failed."))
    assert told.tale == [("called", "task"), ("failed", "task"), ("text", "It failed."), ("ended", "stop")]


async def test_without_a_workspace_there_are_no_sub_agents(desk: Stage) -> None:
    told = await desk.play(task("builtin", say("Hm.")), say("No."), workspace_id=None)
    assert told.tale[1] == ("failed", "task")


async def test_a_plan_is_made_with_sub_agents_that_only_look(desk: Stage) -> None:
    inner = (call("write", path="a.txt", content="a"), say("I can't."))
    told = await desk.play(task("builtin", *inner, kind="general"), say("Planned."), mode="plan")
    assert told.tale[2] == ("failed", "write")
