"""How requests of the chat come by the engines of this server, and by who keeps prompts."""

from typing import Annotated

from fastapi import Depends, Request

from guildhall.accounts.configuration import Configuration
from guildhall.accounts.web import Acting, CurrentUser
from guildhall.chat.attaching import Means, place
from guildhall.chat.attachments import Attachments
from guildhall.chat.engines import EngineChoice, Engines, choose
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.prompts import Keeper
from guildhall.chat.schemas import MessageIn, SessionChange, SessionIn
from guildhall.core.web import UserId


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


def _attachments(request: Request) -> Attachments:
    attachments: Attachments = request.app.state.attachments
    return attachments


OnShelf = Annotated[Attachments, Depends(_attachments)]


def _policy(request: Request) -> ChatPolicy:
    configuration: Configuration = request.app.state.configuration
    return configuration.current(ChatPolicy)


Policy = Annotated[ChatPolicy, Depends(_policy)]


async def _means(
    session_id: str, body: MessageIn, user_id: UserId, attachments: OnShelf, policy: Policy, request: Request
) -> Means:
    state = request.app.state
    placed = await place(attachments, state.workspaces.ground, user_id, session_id, body.attachments or ())
    return Means(placed, policy.attachments_per_message, state.gateway.sees_pictures)


# What a message's attachments need; to be asked for before `DbSession` too.
AttachingMeans = Annotated[Means, Depends(_means)]
