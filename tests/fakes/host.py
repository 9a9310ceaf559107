"""A host that says what a test told it to, and remembers what it was asked."""

import asyncio
from collections.abc import Mapping

from guildhall.engines.api import Answers, Decision, PermissionRequest, Question

YES = Decision(is_allowed=True)


class FakeHost:
    """Allows everything but the tools in `decisions`; those in `silent` are never answered. Questions get `answers`."""

    def __init__(
        self,
        decisions: Mapping[str, Decision] | None = None,
        silent: frozenset[str] = frozenset(),
        answers: Answers | None = None,
    ) -> None:
        self._decisions = decisions or {}
        self._silent = silent
        self._answers = answers
        self.questions: list[Question] = []
        self.asked: list[PermissionRequest] = []
        self.is_asked = asyncio.Event()
        self.calls_left = 50

    async def may_call(self) -> bool:
        """As long as calls are left."""
        self.calls_left -= 1
        return self.calls_left >= 0

    async def ask(self, question: Question) -> Answers | None:
        """What there is to answer."""
        self.questions.append(question)
        return self._answers

    async def permit(self, request: PermissionRequest) -> Decision:
        """The decision for this tool."""
        self.asked.append(request)
        self.is_asked.set()
        if request.tool in self._silent:
            await asyncio.Event().wait()
        return self._decisions.get(request.tool, YES)
