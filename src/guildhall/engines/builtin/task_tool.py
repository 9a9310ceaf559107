"""The tool for sub-agents: task gives a piece of the work to another agent, whose last words are what comes of it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from guildhall.engines.api import Delta, Ended, EngineEvent, Host, Spoken, ToolCalled, ToolOutput, Turn
from guildhall.engines.builtin.instructions import instructions_of_sub_agent
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Refused, Result, Running, Tool, ToolFailure
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.engines.nesting import below
from guildhall.gateway.completions import Completions

if TYPE_CHECKING:
    from guildhall.engines.builtin.loop import Loop

MOST_AT_ONCE = 4
_NOT_THEIRS = frozenset({"task", "todo", "ask_user"})  # the agent's own list, and what only it asks the person
_STOPPED = {
    "limit": "The sub-agent was stopped: the turn has taken as much as one may.",
    "loop": "The sub-agent was stopped: it asked for the same call again and again.",
}


class TaskArguments(Arguments):
    """What `task` takes."""

    description: str = Field(
        min_length=1, max_length=200, description="The task in a few words, for the person to follow."
    )
    prompt: str = Field(
        min_length=1,
        max_length=50_000,
        description="The whole task: the sub-agent knows nothing of this conversation. Say what it is to tell you.",
    )
    agent: Literal["explore", "general"] = Field(
        "explore", description="`explore` reads and searches only; `general` has your own tools."
    )


@dataclass
class Tasks:
    """The sub-agents of one turn."""

    toolbox: Toolbox
    completions: Completions
    turn: Turn
    host: Host
    begin: "type[Loop]"
    ids: set[str] = field(default_factory=set)
    """Of all calls in the turn."""
    tokens: tuple[int, int] | None = None
    """Of all model calls of sub-agents so far: heard, said."""

    def tools(self) -> list[Tool]:
        """`task`, where there is a workspace to work in."""
        if self.turn.workspace_id is None:
            return []
        return [
            Tool(
                "task",
                "read",
                "Give a piece of the work to a sub-agent, which works on its own and tells you at its end what came of "
                "it: a search through much that you need only the result of, or a change that stands by itself. Ask "
                f"for several at once where they explore: {MOST_AT_ONCE} work at the same time.",
                TaskArguments,
                self._plan,
                only_reads=_explores,
                places=asyncio.Semaphore(MOST_AT_ONCE),
            )
        ]

    def ended(self, event: Ended) -> Ended:
        """The end of the turn, with the tokens of its sub-agents."""
        if self.tokens is None:
            return event
        heard, said = self.tokens
        return replace(
            event, input_tokens=(event.input_tokens or 0) + heard, output_tokens=(event.output_tokens or 0) + said
        )

    async def _plan(self, asked: TaskArguments) -> Plan:
        async def perform(running: Running) -> Result:
            return await self._work(asked, running)

        return Plan(Asking((asked.agent,), details={"reason": asked.description}), perform)

    async def _work(self, asked: TaskArguments, running: Running) -> Result:
        turn = replace(
            self.turn,
            history=(Spoken("user", (asked.prompt,)),),
            begun=below(self.turn.begun, running.id),
            mode="plan" if asked.agent == "explore" else self.turn.mode,
        )
        words = _Words()
        async with self.toolbox.open(turn) as tools:
            loop = self.begin(
                self.completions,
                turn,
                self.host,
                tools=[tool for tool in tools if tool.name not in _NOT_THEIRS],
                instructions=instructions_of_sub_agent(turn),
                ids=self.ids,
                about={"task": asked.description},
            )
            try:
                async with aclosing(loop.run()) as events:
                    return await _follow(events, running, words)
            finally:
                self._count(loop.tokens)

    def _count(self, tokens: tuple[int, int] | None) -> None:
        if tokens is not None:
            before = self.tokens or (0, 0)
            self.tokens = before[0] + tokens[0], before[1] + tokens[1]


@dataclass
class _Words:
    """What a sub-agent says: all of it is told as it comes, the last of it is what counts."""

    last: str = ""
    is_new: bool = True

    def add(self, text: str) -> str:
        """Takes more; gives it as it is told."""
        gap = "\n\n" if self.is_new and self.last else ""
        self.last = text if self.is_new else self.last + text
        self.is_new = False
        return gap + text


async def _follow(events: AsyncGenerator[EngineEvent, None], running: Running, words: _Words) -> Result:
    """Tell what a sub-agent does, under the call that it works for. Raises `Refused`, `ToolFailure`."""
    async for event in events:
        if isinstance(event, Delta):
            if event.kind == "text":
                running.emit(ToolOutput(running.id, words.add(event.text)))
        elif isinstance(event, ToolCalled):
            words.is_new = True
            running.emit(replace(event, parent=running.id))
        elif not isinstance(event, Ended):
            running.emit(event)
        elif event.reason == "denied":
            raise Refused
        elif event.reason in _STOPPED:
            raise ToolFailure(f"{_STOPPED[event.reason]}\n\n{words.last}".strip())
    return Result(words.last or "The sub-agent has ended without a word.")


def _explores(arguments: Mapping[str, Any]) -> bool:
    return bool(arguments.get("agent", "explore") == "explore")
