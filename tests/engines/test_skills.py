"""Skills of a workspace, as both engines are offered them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.engines import skills
from guildhall.engines.api import Decision
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.workspaces.skills import Skill
from tests.engines.stage import Stage, call, say
from tests.fakes.host import FakeHost
from tests.workspaces.test_skills import put, sheet

DONE = say("Done.")


def test_a_list_of_skills_has_an_end() -> None:
    offers = [Skill(f"s{number}", "x" * 1024, "", "", "") for number in range(50)]
    assert len(skills.listed(offers)) < 25_000


@pytest_asyncio.fixture
async def learned(stage: Stage) -> AsyncIterator[Stage]:
    """Each real engine, in a workspace with a skill."""
    if stage.engine.name == "fake":
        pytest.skip("the fake has no tools of its own")
    place = put(stage.root, ".agents/skills/bake-bread", sheet("bake-bread", text="Knead it for ten minutes."))
    (place / "recipe.txt").write_text("flour")
    yield stage
    (place / "recipe.txt").unlink()
    (place / "SKILL.md").unlink()
    place.rmdir()


@pytest.mark.slow
async def test_a_skill_is_told_with_its_files_and_shown_as_a_call(learned: Stage) -> None:
    host = FakeHost()
    told = await learned.play(call("skill", name="bake-bread"), DONE, host=host)
    assert told.tale == [("called", "skill"), ("done", "skill"), ("text", "Done."), ("ended", "stop")]
    assert "Knead it for ten minutes." in told.outputs[0]
    assert ".agents/skills/bake-bread/recipe.txt" in told.outputs[0]
    assert told.ends[0].details["paths"] == [".agents/skills/bake-bread"]
    assert [(request.tool, request.kind, request.patterns) for request in host.asked] == [
        ("skill", "read", ("bake-bread",))
    ]


@pytest.mark.slow
async def test_a_skill_may_be_forbidden_and_there_is_no_other(learned: Stage) -> None:
    host = FakeHost({"skill": Decision(is_allowed=False, message="Not this one.")})
    told = await learned.play(call("skill", name="bake-bread"), call("skill", name="nothing"), DONE, host=host)
    assert [event.status for event in told.ends] == ["denied", "failed"]
    assert "Knead" not in "".join(told.outputs)


@pytest.mark.slow
async def test_a_skill_that_has_come_or_changed_is_known_to_the_next_turn(learned: Stage) -> None:
    told = await learned.play(call("skill", name="bake-cake"), DONE)
    assert told.ends[0].status == "failed"
    place = put(learned.root, ".claude/skills/bake-cake", sheet("bake-cake", text="Whisk it."))
    (learned.root / ".agents/skills/bake-bread/SKILL.md").write_text(sheet("bake-bread", text="Let it rest."))
    told = await learned.play(call("skill", name="bake-cake"), call("skill", name="bake-bread"), DONE)
    (place / "SKILL.md").unlink()
    place.rmdir()
    assert "Whisk it." in told.outputs[0]
    assert "Let it rest." in told.outputs[1]
    assert "Knead" not in told.outputs[1]


@pytest.mark.slow
async def test_what_is_no_skill_is_offered_to_nobody(learned: Stage) -> None:
    place = put(learned.root, ".opencode/skills/bad", "---\nname: other\ndescription: x\n---\nNever told.")
    inner = put(learned.root, ".agents/skills/bake-bread/inner", sheet("inner", text="Never told."))
    told = await learned.play(*(call("skill", name=name) for name in ("other", "bad", "inner")), DONE)
    for each in (place, inner):
        (each / "SKILL.md").unlink()
        each.rmdir()
    assert {event.status for event in told.ends} == {"failed"}
    assert "Never told" not in "".join(told.outputs)


@pytest.mark.slow
async def test_where_there_is_no_skill_there_is_no_tool_for_them(desk: Stage, toolbox: Toolbox) -> None:
    async with toolbox.open(desk.turn("Hello")) as tools:
        assert "skill" not in {tool.name for tool in tools}
    put(desk.root, ".agents/skills/one", sheet("one", description="For one thing."))
    async with toolbox.open(desk.turn("Hello", mode="plan")) as tools:
        (tool,) = [tool for tool in tools if tool.name == "skill"]
    assert "- one: For one thing." in tool.description
