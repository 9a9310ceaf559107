"""HTTP of skills: what agents are offered in a workspace."""

import asyncio

from fastapi import APIRouter

from guildhall.workspaces import skills
from guildhall.workspaces.schemas import LeftOutSkillOut, SkillOut, SkillsOut, shown
from guildhall.workspaces.web import OnGround, Own

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}/skills", tags=["workspaces"])


@router.get("", response_model=SkillsOut)
async def list_skills(workspace: Own, ground: OnGround) -> SkillsOut:
    """The skills that agents in this workspace are offered, as its files are now, and those that they are not."""
    found = await asyncio.to_thread(lambda: skills.find(ground.files(workspace.id), ground.shelf))
    return SkillsOut(
        items=[
            SkillOut(name=each.name, description=each.description, path=shown(each.folder)) for each in found.skills
        ],
        left_out=[LeftOutSkillOut(path=shown(each.path), reason=each.reason) for each in found.left_out],
    )
