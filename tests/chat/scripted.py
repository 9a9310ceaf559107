"""An engine that does what a test tells it: each turn is a list of events and permission requests."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from guildhall.engines.api import (
    Answers,
    Decision,
    Delta,
    Ended,
    EngineEvent,
    Host,
    PermissionRequest,
    Question,
    QuestionItem,
    Readiness,
    ToolCalled,
    ToolEnded,
    ToolUse,
    Turn,
)

Step = EngineEvent | PermissionRequest | Question | float


class ScriptedEngine:
    """Plays `steps`: events are told, requests and questions asked, numbers are seconds to wait. Remembers turns,
    decisions and answers."""

    name = "builtin"
    needs_workspace = False

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self.steps = list(steps)
        self.turns: list[Turn] = []
        self.decisions: list[Decision] = []
        self.answers: list[Answers | None] = []
        self.done: list[str] = []
        """Calls that were carried out."""
        self.closed = 0
        self.begun = asyncio.Event()

    async def readiness(self) -> Readiness:
        """Always ready."""
        return Readiness()

    async def run(self, turn: Turn, host: Host) -> AsyncGenerator[EngineEvent, None]:
        self.turns.append(turn)
        self.begun.set()
        begun = {part.id: part for part in turn.begun if isinstance(part, ToolUse)}
        try:
            for step in self.steps:
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Question):
                    self.answers.append(await host.ask(step))
                    yield ToolEnded(step.tool_call_id, "done", "asked")
                elif isinstance(step, PermissionRequest):
                    if step.tool_call_id in begun and begun[step.tool_call_id].status != "waiting":
                        continue
                    decision = await host.permit(step)
                    self.decisions.append(decision)
                    if decision.is_allowed:
                        self.done.append(step.tool_call_id)
                        yield ToolEnded(step.tool_call_id, "done", "done", {"exit_code": 0})
                    else:
                        yield ToolEnded(step.tool_call_id, "denied", decision.message)
                elif not (isinstance(step, ToolCalled) and step.id in begun):
                    yield step
            yield Ended("stop", 3, 4)
        finally:
            self.closed += 1


def called(call_id: str, command: str) -> list[Step]:
    """A call of the shell and the request that goes before it."""
    return [
        ToolCalled(call_id, "bash", {"command": command}, 1),
        PermissionRequest(call_id, "bash", "run", (command,), (f"{command.split()[0]} *",), {"command": command}),
    ]


def asking(call_id: str, *items: QuestionItem) -> list[Step]:
    """A call that asks the person."""
    questions = [{"question": item.text} for item in items]
    return [ToolCalled(call_id, "ask_user", {"questions": questions}, 1), Question(call_id, items)]


def text(words: str) -> Delta:
    """Something to say."""
    return Delta("text", words)
