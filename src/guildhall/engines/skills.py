"""Skills: the one place that says which an agent is offered in a turn, and what it is told of one that it wants.

For now they are those of the turn's workspace.
"""

import asyncio
from collections.abc import Sequence

from guildhall.workspaces import skills
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.skills import Skill

_LONGEST_LISTED = 400  # of a description: every model call carries the list


async def offered(workspaces: Workspaces, workspace_id: str) -> Sequence[Skill]:
    """By name. Raises `AppError`."""
    return (await workspaces.find_skills(workspace_id)).skills


async def told(workspaces: Workspaces, workspace_id: str, skill: Skill) -> str:
    """What an agent is told that asks for a skill: its text, and where its files are."""
    files = await workspaces.files(workspace_id)
    found, has_more = await asyncio.to_thread(skills.files_of, files, skill)
    lines = [f"- {entry.path}  ({entry.size:,} bytes)" for entry in found]
    listed = ["", "Its files:", *lines, *(["- and more: look with `list`"] if has_more else ())] if lines else []
    top = f"[skill {skill.name} · {skill.folder}]\nPaths that it names are relative to its folder."
    return "\n".join([top, "", skill.text or "(It says nothing more.)", *listed])


def listed(offers: Sequence[Skill]) -> str:
    """The skills that there are, for the model to choose from."""
    return "\n".join(f"- {skill.name}: {_short(skill.description)}" for skill in offers)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LISTED else f"{text[:_LONGEST_LISTED].rstrip()}…"
