"""Engines: which ones this server has, whether each can run now, and which one a session may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from guildhall.chat.errors import engine_missing, engine_unknown, workspace_needed
from guildhall.engines.api import Engine, Readiness


class EngineOut(BaseModel):
    """An engine that sessions may have."""

    name: str
    is_ready: bool
    """Whether a turn that begins now would get it."""
    hindrance: str
    """Why not, in one word for programs: such as `not_installed`, `wrong_version`, `not_usable`, `no_sandbox`."""
    words: str
    """Why not, in one sentence; else what runs."""
    needs_workspace: bool
    """Whether it can't answer in a session without a workspace."""


class Engines:
    """The engines of sessions."""

    def __init__(self, engines: Mapping[str, Engine], *, run_here: bool) -> None:
        """Where turns run in other processes, only those can tell whether an engine is ready: each counts as it."""
        self._engines = engines
        self._run_here = run_here

    async def shown(self) -> Sequence[EngineOut]:
        """All there are."""
        return [await self._shown(name) for name in self._engines]

    async def readiness(self, name: str) -> Readiness:
        """Whether one can run now. Raises `engine_unknown`."""
        if name not in self._engines:
            raise engine_unknown(list(self._engines))
        return await self._engines[name].readiness() if self._run_here else Readiness()

    def needs_workspace(self, name: str) -> bool:
        """Whether it works on files only; an engine that has been taken away needs nothing."""
        engine = self._engines.get(name)
        return engine is not None and engine.needs_workspace

    async def _shown(self, name: str) -> EngineOut:
        found = await self.readiness(name)
        return EngineOut(
            name=name,
            is_ready=found.is_ready,
            hindrance=found.hindrance,
            words=found.words,
            needs_workspace=self.needs_workspace(name),
        )


@dataclass(frozen=True)
class EngineChoice:
    """What a request says about a session's engine: its name, if any, and whether that can run now.

    It is made before the request's transaction begins: to look takes as long as a program takes to start.
    """

    engines: Engines
    name: str | None
    readiness: Readiness

    def settle(self, current: str | None, workspace_id: str | None) -> str:
        """The engine for a session that has `current`. Raises `engine_missing`, `workspace_needed`."""
        name = self.name or current or "builtin"
        if name != current and not self.readiness.is_ready:
            raise engine_missing(name, self.readiness.words)
        if workspace_id is None and self.engines.needs_workspace(name):
            raise workspace_needed(name)
        return name


async def choose(engines: Engines, name: str | None) -> EngineChoice:
    """Look whether an engine can be had. Raises `engine_unknown`."""
    return EngineChoice(engines, name, await engines.readiness(name) if name else Readiness())
