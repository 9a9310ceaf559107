"""The opencode engine: every turn goes to the process of its workspace, and what it tells comes back in our words."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress

from guildhall.core.errors import AppError, BadRequestError
from guildhall.core.metrics import Metrics
from guildhall.core.settings import Settings
from guildhall.core.tasks import end
from guildhall.engines import skills
from guildhall.engines.api import EngineEvent, Host, Readiness, ToolCalled, ToolEnded, Turn
from guildhall.engines.opencode import program, tools
from guildhall.engines.opencode.client import EngineLostError
from guildhall.engines.opencode.configuration import ModelFacts
from guildhall.engines.opencode.figures import register
from guildhall.engines.opencode.process import Launcher, Owner
from guildhall.engines.opencode.program import Program
from guildhall.engines.opencode.sidecars import Sidecars
from guildhall.engines.opencode.turns import OpencodeTurn
from guildhall.gateway.doorway import Doorway
from guildhall.mcp.runtime import McpRuntime
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.sandbox import Sandbox


class OpencodeEngine:
    """Works in a workspace with opencode's own tools; its model calls are the person's, through the gateway."""

    name = "opencode"
    needs_workspace = True

    def __init__(
        self,
        settings: Settings,
        *,
        doorway: Doorway,
        workspaces: Workspaces,
        sandbox: Sandbox,
        models: Callable[[], Sequence[ModelFacts]],
        metrics: Metrics,
        mcp: McpRuntime | None = None,
    ) -> None:
        """`models` are those that can be called at the moment; tools of MCP servers come from `mcp`."""
        self._settings = settings
        self._workspaces = workspaces
        self._sandbox = sandbox
        self._program: asyncio.Task[Program] | None = None
        self._sidecars = Sidecars(
            Launcher(settings, doorway, sandbox, models, self._found, mcp),
            most=settings.opencode_processes,
        )
        register(metrics, self._sidecars)

    async def readiness(self) -> Readiness:
        """Whether the program is here, and may run."""
        if (await self._sandbox.probe()).level == "refused":
            return Readiness("no_sandbox", "commands can't run on this server: it has no sandbox for them.")
        program = await self._found()
        return Readiness(program.reason, program.plain)

    async def run(self, turn: Turn, host: Host) -> AsyncGenerator[EngineEvent, None]:
        """What happens in a turn. Raises `AppError`."""
        if turn.workspace_id is None:
            raise BadRequestError(
                "workspace_needed", "opencode works on files: choose a workspace for this session first."
            )
        root = await self._workspaces.root(turn.workspace_id)
        await self._workspaces.snapshot(turn.workspace_id)
        learnt = await skills.offered(self._workspaces, turn.workspace_id)
        async with self._sidecars.use(Owner(turn.user_id, turn.workspace_id), root, turn.model, learnt) as sidecar:
            try:
                async with (
                    sidecar.remote.offering(turn, sidecar.client),
                    aclosing(self._keeping(turn, OpencodeTurn(sidecar, turn, host))) as events,
                ):
                    async for event in events:
                        yield event
            except EngineLostError:
                await self._sidecars.end(sidecar)
                raise

    async def _keeping(self, turn: Turn, made: OpencodeTurn) -> AsyncGenerator[EngineEvent, None]:
        """What happens, with versions of the files that it changes: opencode writes them itself."""
        reading: set[str] = set()
        try:
            async with aclosing(made.run()) as events:
                async for event in events:
                    if isinstance(event, ToolCalled) and tools.kind_of(event.name) == "read":
                        reading.add(event.id)
                    if isinstance(event, ToolEnded) and event.id not in reading:
                        await self._keep(turn)
                    yield event
        finally:
            with suppress(AppError):  # such as that the workspace is gone; what ended the turn is what counts
                await asyncio.shield(self._keep(turn))

    async def _keep(self, turn: Turn) -> None:
        if turn.workspace_id is not None:
            await self._workspaces.changed(turn.workspace_id, by="agent", turn_id=turn.id)

    async def stop(self) -> None:
        """End every process."""
        if self._program is not None:
            await end(self._program)
        await self._sidecars.stop()

    def _found(self) -> "asyncio.Future[Program]":
        """The program; looked for again as long as there is none."""
        task = self._program
        if task is None or (task.done() and (task.cancelled() or task.exception() or task.result().path is None)):
            task = self._program = asyncio.create_task(program.find(self._settings))
        return asyncio.shield(task)
