"""How requests of the chat come by the engines of this server, and by who keeps prompts."""

from typing import Annotated

from fastapi import Depends, Request

from guildhall.accounts.web import Acting, CurrentUser
from guildhall.chat.engines import EngineChoice, Engines, choose
from guildhall.chat.prompts import Keeper
from guildhall.chat.schemas import SessionChange, SessionIn


def _engines(request: Request) -> Engines:
    state = request.app.state
    return Engines(state.engines, run_here=state.settings.worker == "inline")


EnginesHere = Annotated[Engines, Depends(_engines)]


async def _of_new(body: SessionIn, engines: EnginesHere) -> EngineChoice:
    return await choose(engines, body.engine)


async def _of_change(body: SessionChange, engines: EnginesHere) -> EngineChoice:
    return await choose(engines, body.engine)


# Ask for them before `DbSession`, so that no transaction is open while a program is looked at.
NewEngine = Annotated[EngineChoice, Depends(_of_new)]
ChangedEngine = Annotated[EngineChoice, Depends(_of_change)]


async def _keeper(user: CurrentUser, acting: Acting) -> Keeper:
    return Keeper(user.id, user.role == "admin", acting)


Keeping = Annotated[Keeper, Depends(_keeper)]
