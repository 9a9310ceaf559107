"""The network of commands: what the doctor says of it."""

from guildhall.core.settings import Settings
from guildhall.operations.doctor import Verdict, configured
from guildhall.workspaces.command_policy import CommandPolicy


async def look(settings: Settings) -> Verdict:
    """Whether agents' commands may have it, and what that opens."""
    if not (await configured(settings, CommandPolicy)).network:
        return "ok", "agents' commands have none."
    return (
        "information",
        "agents may ask for it: a command that is allowed it reaches what this server reaches, and what listens here.",
    )
