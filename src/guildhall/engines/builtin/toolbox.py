"""The toolbox: which tools a turn has, and what they work on."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from guildhall.engines import offers, skills
from guildhall.engines.api import Spoken, Turn
from guildhall.engines.builtin import ask_tool, fetch_tool, mcp_tools, skill_tool, todo_tool
from guildhall.engines.builtin.desk import Desk, seen_in, uses_in
from guildhall.engines.builtin.file_tools import FileTools
from guildhall.engines.builtin.search_tools import SearchTools
from guildhall.engines.builtin.shell_tools import ShellTools, folder_in
from guildhall.engines.builtin.tool import Tool
from guildhall.engines.nesting import own
from guildhall.mcp.runtime import McpRuntime, Offer
from guildhall.workspaces import workspaces
from guildhall.workspaces.background import BackgroundCommands
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.sandbox import Sandbox


@dataclass(frozen=True)
class Toolbox:
    """What tools are made of."""

    workspaces: Workspaces
    sandbox: Sandbox
    background: BackgroundCommands
    command_policy: Callable[[], CommandPolicy]
    mcp: McpRuntime | None = None
    """Whence tools of MCP servers come."""
    may_fetch_privately: bool = False
    """Whether addresses of this machine and its network may be fetched, as tests do."""

    @asynccontextmanager
    async def open(self, turn: Turn) -> AsyncGenerator[list[Tool], None]:
        """The tools of a turn; what they left running ends with the block.

        A plain conversation has only those of MCP servers.

        Raises `NotFoundError` for a workspace that is not there, or that is not this person's.
        """
        offered = await offers.offered(self.mcp, turn)
        if turn.workspace_id is None:
            yield self._remote(offered, None, [])
            return
        async with self.workspaces.ground.db.read() as session:
            await workspaces.find(session, turn.user_id, turn.workspace_id)
        begun = Spoken("assistant", own(turn.begun))
        desk = Desk(
            self.workspaces, turn.workspace_id, turn.id, seen_in([*turn.history, begun]), is_noted=bool(turn.begun)
        )
        files = FileTools(desk)
        learning = skill_tool.tools(desk, await skills.offered(self.workspaces, turn.workspace_id))
        fetching = fetch_tool.tool(self.may_fetch_privately)
        looking = [*files.reading(), *SearchTools(desk).tools(), fetching, *learning]
        talking = [todo_tool.tool(), ask_tool.tool()]
        if turn.mode == "plan":
            yield self._remote(offered, desk, [*looking, *talking])
            return
        shell = ShellTools(
            desk,
            self.sandbox,
            self.background,
            self.command_policy,
            folder_in(uses_in([*turn.history, begun])),
        )
        async with shell.open():
            yield self._remote(offered, desk, [*looking, *files.writing(), *shell.tools(), *talking])

    def _remote(self, offered: list[Offer], desk: Desk | None, tools: list[Tool]) -> list[Tool]:
        """These tools, and those of MCP servers behind them."""
        if self.mcp is None:
            return tools
        return [*tools, *mcp_tools.tools(self.mcp, offered, desk, [tool.name for tool in tools])]
