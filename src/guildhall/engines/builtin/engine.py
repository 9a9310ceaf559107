"""The built-in engine: gives every turn its model, its tools and its instructions, and lets the loop run."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from guildhall.engines.api import Ended, EngineEvent, Host, Readiness, Turn
from guildhall.engines.builtin.instructions import instructions_of
from guildhall.engines.builtin.task_tool import Tasks
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.gateway.completions import Completions

if TYPE_CHECKING:
    from guildhall.engines.builtin.loop import Loop


class BuiltinEngine:
    """Talks to models of the gateway, and works with tools where a turn has a workspace."""

    name = "builtin"
    needs_workspace = False

    def __init__(self, completions: Completions, toolbox: Toolbox) -> None:
        self._completions = completions
        self._toolbox = toolbox

    async def readiness(self) -> Readiness:
        """It is part of the server."""
        return Readiness()

    async def run(self, turn: Turn, host: Host) -> AsyncGenerator[EngineEvent, None]:
        """What happens in a turn. Raises what `Completions.stream` raises."""
        begin = await asyncio.to_thread(_load)
        async with self._toolbox.open(turn) as tools:
            tasks = Tasks(self._toolbox, self._completions, turn, host, begin)
            loop = begin(
                self._completions,
                turn,
                host,
                tools=[*tools, *tasks.tools()],
                instructions=instructions_of(turn),
                ids=tasks.ids,
            )
            async with aclosing(loop.run()) as events:
                async for event in events:
                    yield tasks.ended(event) if isinstance(event, Ended) else event


def _load() -> "type[Loop]":
    """The loop with the library below it: 24 MB and a third of a second, which only a server that chats pays."""
    from guildhall.engines.builtin.loop import Loop

    return Loop
