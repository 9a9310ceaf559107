"""The API of engines."""

from collections.abc import Sequence

from fastapi import APIRouter

from guildhall.chat.engines import EngineOut
from guildhall.chat.web import EnginesHere
from guildhall.core.web import UserId

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])


@router.get("/engines", response_model=list[EngineOut])
async def list_engines(_user_id: UserId, engines: EnginesHere) -> Sequence[EngineOut]:
    """What can answer in a session: each engine, and whether it can run here now."""
    return await engines.shown()
