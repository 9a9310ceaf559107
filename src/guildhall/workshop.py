"""The workshop: what agents work in and with, built for the chat of one process."""

from collections.abc import Mapping

from guildhall.accounts.configuration import Configuration
from guildhall.core.db import Database
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings
from guildhall.engines.api import Engine
from guildhall.engines.builtin.engine import BuiltinEngine
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.engines.opencode.configuration import ModelFacts
from guildhall.engines.opencode.engine import OpencodeEngine
from guildhall.gateway.runtime import Gateway
from guildhall.mcp.policy import McpPolicy
from guildhall.mcp.runtime import McpRuntime
from guildhall.workspaces.background import BackgroundCommands
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.sandbox import Sandbox


class Workshop:
    """Workspaces, the sandbox for commands, tool servers and engines."""

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database,
        keyring: Keyring,
        metrics: Metrics,
        configuration: Configuration,
        gateway: Gateway,
    ) -> None:
        current = configuration.current
        self.workspaces = Workspaces(db, settings.data_dir / "workspaces", lambda: current(WorkspacePolicy))
        self.sandbox = Sandbox(settings, lambda: current(CommandPolicy).limits(), metrics=metrics)
        self.mcp = McpRuntime(
            settings,
            db=db,
            keyring=keyring,
            workspaces=self.workspaces,
            sandbox=self.sandbox,
            policy=lambda: current(McpPolicy),
        )
        background = BackgroundCommands(self.sandbox)
        toolbox = Toolbox(self.workspaces, self.sandbox, background, lambda: current(CommandPolicy), mcp=self.mcp)
        self.opencode = OpencodeEngine(
            settings,
            doorway=gateway.doorway,
            workspaces=self.workspaces,
            sandbox=self.sandbox,
            models=lambda: [
                ModelFacts(entry.name, entry.context_tokens, entry.output_tokens, entry.sees_pictures)
                for entry in gateway.models()
            ],
            metrics=metrics,
            mcp=self.mcp,
        )
        self.engines: Mapping[str, Engine] = {
            "builtin": BuiltinEngine(gateway.completions, toolbox),
            "opencode": self.opencode,
        }

    async def stop(self) -> None:
        """End every program that was started here."""
        await self.opencode.stop()
        await self.mcp.stop()
        await self.sandbox.stop()
