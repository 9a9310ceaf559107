"""Where engines are tried: a model that the simulator plays, a workspace with real files, and words for events."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from guildhall.core.ids import new_id
from guildhall.engines.api import (
    Delta,
    Ended,
    Engine,
    EngineEvent,
    Host,
    Spoken,
    TodosChanged,
    ToolCalled,
    ToolEnded,
    ToolOutput,
    ToolUse,
    Turn,
)
from tests.fakes.host import FakeHost


def call(tool: str, /, **arguments: Any) -> str:
    """Have the model call a tool; what is said before joins it, what follows comes after the tool's result."""
    return f"[[call={tool} {_json(arguments)}]]"


def also(tool: str, /, **arguments: Any) -> str:
    """And another one together with it."""
    return f"[[also={tool} {_json(arguments)}]]"


def task(engine: str, /, *said: str, kind: str = "explore", about: str = "Look around", word: str = "call") -> str:
    """Have the model give a sub-agent these directives; with the word `also`, together with the call before."""
    given = {"description": about, "prompt": " ".join(said), "subagent_type" if engine == "opencode" else "agent": kind}
    written = json.dumps(given).replace("[[", r"\u005b\u005b").replace("]]", r"\u005d\u005d")
    return f"[[{word}=task {written}]]"


def say(text: str) -> str:
    """Have the model say something."""
    return f"[[say={text}]]"


def _json(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments).replace("]]", "] ]")


@dataclass
class Told:
    """What an engine told in one turn."""

    events: list[EngineEvent] = field(default_factory=list)

    @property
    def tale(self) -> list[tuple[str, ...]]:
        """What happened, without ids and outputs: neighbouring deltas of a kind are one, live output is left out."""
        names = {event.id: event.name for event in self.events if isinstance(event, ToolCalled)}
        tale: list[tuple[str, ...]] = []
        for event in self.events:
            if isinstance(event, Delta):
                if tale and tale[-1][0] == event.kind:
                    tale[-1] = (event.kind, tale[-1][1] + event.text)
                else:
                    tale.append((event.kind, event.text))
            elif isinstance(event, ToolCalled):
                tale.append(("called", event.name))
            elif isinstance(event, ToolEnded):
                tale.append((event.status, names.get(event.id, "begun before")))
            elif isinstance(event, TodosChanged):
                tale.append(("todos", *(todo.text for todo in event.todos)))
            elif isinstance(event, Ended):
                tale.append(("ended", event.reason))
        return tale

    @property
    def ends(self) -> list[ToolEnded]:
        """How each tool call ended."""
        return [event for event in self.events if isinstance(event, ToolEnded)]

    @property
    def outputs(self) -> list[str]:
        """What the model was told of each."""
        return [event.output for event in self.ends]

    @property
    def live(self) -> str:
        """What was told while tools ran."""
        return "".join(event.text for event in self.events if isinstance(event, ToolOutput))

    def spoken(self) -> Spoken:
        """The turn as the next turn's history has it."""
        ends = {event.id: event for event in self.ends}
        parts: list[str | ToolUse] = []
        for event in self.events:
            if isinstance(event, Delta) and event.kind == "text":
                if parts and isinstance(parts[-1], str):
                    parts[-1] += event.text
                else:
                    parts.append(event.text)
            elif isinstance(event, ToolCalled) and event.parent is None:
                end = ends[event.id]
                parts.append(ToolUse(event.id, event.name, event.arguments, end.status, end.output, event.step))
        return Spoken("assistant", tuple(parts))


@dataclass
class Stage:
    """One engine, a model that the simulator plays, and a workspace of files on disk."""

    engine: Engine
    model: str
    user_id: str
    workspace_id: str
    root: Path
    looker: str = "list"
    """A tool that only reads, and what it is given to look around."""
    looks: Mapping[str, Any] = field(default_factory=dict)

    def turn(self, *said: str, **values: Any) -> Turn:
        """A turn that begins with one message of these directives and words."""
        question = Spoken("user", (" ".join(said),))
        return replace(
            Turn(new_id("tu"), new_id("se"), self.user_id, self.model, (question,), "full", self.workspace_id), **values
        )

    async def play(self, *said: str, host: Host | None = None, **values: Any) -> Told:
        """All that is told in a turn."""
        told = Told()
        async for event in self.follow(self.turn(*said, **values), host):
            told.events.append(event)
        return told

    async def follow(self, turn: Turn, host: Host | None = None) -> AsyncIterator[EngineEvent]:
        """What is told, as it is told."""
        async with aclosing(self.engine.run(turn, host or FakeHost())) as events:
            async for event in events:
                yield event

    async def talk(self, *turns: Sequence[str]) -> list[Told]:
        """Several turns of one conversation."""
        history: tuple[Spoken, ...] = ()
        played = []
        for said in turns:
            turn = self.turn(*said)
            history = (*history, *turn.history)
            played.append(await self.play(history=history))
            history = (*history, played[-1].spoken())
        return played
