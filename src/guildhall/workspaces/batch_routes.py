"""HTTP of batches: many files and folders at once, each as if it were alone."""

from fastapi import APIRouter

from guildhall.workspaces import batches
from guildhall.workspaces.batch_schemas import ManyEntriesIn, ManyMovedOut, ManyMovesIn, ManyPathsIn, ManyTrashedOut
from guildhall.workspaces.batches import Batch, Move
from guildhall.workspaces.tables import TrashEntry
from guildhall.workspaces.web import OnGround, Own

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}/batch", tags=["workspaces"])


@router.post("/trash", response_model=ManyTrashedOut)
async def delete_many(body: ManyPathsIn, workspace: Own, ground: OnGround) -> Batch[TrashEntry]:
    """Move all of these into the trash that can be; what lies in another one of them goes with it."""
    return await batches.put(ground, workspace.id, body.paths)


@router.post("/restore", response_model=ManyTrashedOut)
async def restore_many(body: ManyEntriesIn, workspace: Own, ground: OnGround) -> Batch[TrashEntry]:
    """Bring all of these back from the trash to where they were; nothing is overwritten."""
    return await batches.restore(ground, workspace.id, body.entry_ids)


@router.post("/move", response_model=ManyMovedOut)
async def move_many(body: ManyMovesIn, workspace: Own, ground: OnGround) -> Batch[Move]:
    """Move or rename all of these, one after the other; nothing is overwritten, and versions follow."""
    return await batches.move(ground, workspace.id, [(one.source, one.target) for one in body.moves])
