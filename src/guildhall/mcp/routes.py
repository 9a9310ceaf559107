"""The API of MCP servers: the hall's and one's own."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from guildhall.accounts.web import Acting, CurrentUser
from guildhall.core.db import Database
from guildhall.core.secrets import Keyring
from guildhall.core.web import DbSession
from guildhall.mcp import queries, servers
from guildhall.mcp.runtime import McpRuntime
from guildhall.mcp.schemas import McpRightsOut, McpServerChange, McpServerIn, McpServerOut

ServerId = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]

router = APIRouter(prefix="/api/v1/mcp", tags=["mcp"])


def _runtime(request: Request) -> McpRuntime:
    runtime: McpRuntime = request.app.state.mcp
    return runtime


Runtime = Annotated[McpRuntime, Depends(_runtime)]


@router.get("/rights", response_model=McpRightsOut)
async def read_mcp_rights(user: CurrentUser, runtime: Runtime) -> McpRightsOut:
    """What you may add, and whether programs can run here."""
    policy = runtime.policy()
    return McpRightsOut(
        addresses=servers.may_add(user, policy, "http"),
        programs=servers.may_add(user, policy, "stdio"),
        hall=user.role == "admin",
        program_hindrance=await runtime.program_hindrance(),
    )


@router.get("/servers", response_model=list[McpServerOut])
async def list_mcp_servers(user: CurrentUser, session: DbSession) -> Sequence[McpServerOut]:
    """The hall's tool servers, then your own."""
    return [servers.shown(row, user) for row in await queries.servers_for(session, user.id)]


@router.post("/servers", response_model=McpServerOut, status_code=201)
async def create_mcp_server(
    body: McpServerIn, user: CurrentUser, acting: Acting, session: DbSession, runtime: Runtime, request: Request
) -> McpServerOut:
    """Add a tool server for yourself, or, as an admin, for the hall."""
    row = await servers.create(session, _keyring(request), runtime.policy(), user, acting, body)
    return servers.shown(row, user)


@router.patch("/servers/{server_id}", response_model=McpServerOut)
async def change_mcp_server(
    server_id: ServerId,
    body: McpServerChange,
    user: CurrentUser,
    acting: Acting,
    session: DbSession,
    runtime: Runtime,
    request: Request,
) -> McpServerOut:
    """Change a tool server; what is absent stays as it is."""
    row = await servers.find(session, user, server_id)
    changed = await servers.change(session, _keyring(request), runtime.policy(), user, acting, row, body)
    runtime.changed(server_id)
    return servers.shown(changed, user)


@router.delete("/servers/{server_id}", status_code=204)
async def delete_mcp_server(
    server_id: ServerId, user: CurrentUser, acting: Acting, session: DbSession, runtime: Runtime
) -> None:
    """Remove a tool server; what it did stays in the sessions."""
    await servers.remove(session, acting, await servers.find(session, user, server_id))
    runtime.changed(server_id)


@router.post("/servers/{server_id}/test", response_model=McpServerOut)
async def try_mcp_server(server_id: ServerId, user: CurrentUser, runtime: Runtime, request: Request) -> McpServerOut:
    """Connect to a tool server and list its tools; no transaction stays open meanwhile."""
    db: Database = request.app.state.db
    async with db.read() as session:
        row = await servers.find(session, user, server_id)
    await runtime.test(row, user.id)
    async with db.read() as session:
        return servers.shown(await servers.find(session, user, server_id), user)


def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.keyring
    return keyring
