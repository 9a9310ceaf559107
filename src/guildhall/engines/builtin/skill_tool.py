"""The tool for the skills of a workspace: skill."""

from collections.abc import Sequence

from pydantic import Field

from guildhall.engines import skills
from guildhall.engines.builtin.desk import Desk
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.workspaces.skills import Skill


class SkillArguments(Arguments):
    """What `skill` takes."""

    name: str = Field(description="The name of the skill.")


def tools(desk: Desk, offers: Sequence[Skill]) -> list[Tool]:
    """None where there is no skill."""
    if not offers:
        return []

    async def plan(asked: SkillArguments) -> Plan:
        name = asked.name.strip().removeprefix("/")
        by_name = {each.name: each for each in await skills.offered(desk.workspaces, desk.workspace_id)}
        skill = by_name.get(name)
        if skill is None:
            raise ToolFailure(f"There is no skill {name[:100]!r}. There are: {', '.join(by_name) or 'none'}.")

        async def perform(_: Running) -> Result:
            words = await skills.told(desk.workspaces, desk.workspace_id, skill)
            return Result(words, {"paths": [skill.folder]})

        return Plan(Asking((skill.name,)), perform)

    about = (
        "Learn how something is done here: gives the instructions of a skill, and its files. "
        "Ask for it before you begin with what one is for. The skills:\n"
    )
    return [Tool("skill", "read", about + skills.listed(offers), SkillArguments, plan, is_read_only=True)]
