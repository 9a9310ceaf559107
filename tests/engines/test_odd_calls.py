"""Calls as no model should write them: the turn goes on all the same."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from guildhall.engines.api import Spoken, ToolCalled, Turn
from guildhall.engines.builtin.loop import Loop
from guildhall.gateway.completions import Finished, TextDelta, ToolCallDelta
from tests.fakes.host import FakeHost


class _Calling:
    """A model that makes one call, and says something when it is told what came of it."""

    def __init__(self, call: ToolCallDelta) -> None:
        self.call = call
        self.asked: list[Any] = []

    async def stream(self, request: Any) -> AsyncIterator[Any]:
        self.asked.append(request)
        if len(self.asked) == 1:
            yield self.call
            yield Finished("tool_calls", None)
        else:
            yield TextDelta("Well.")
            yield Finished("stop", None)


@pytest.mark.parametrize("call_id", ["x" * 201, "a\x00b", "half \ud83d"])
async def test_a_call_whose_id_no_database_holds_gets_another(call_id: str) -> None:
    model = _Calling(ToolCallDelta(0, call_id, "no\x00thing", "{}"))
    turn = Turn("tu_1", "se_1", "us_1", "any", (Spoken("user", ("Go",)),))
    loop = Loop(model, turn, FakeHost(), tools=[], instructions="")  # type: ignore[arg-type] # what it uses of them
    called = [event async for event in loop.run() if isinstance(event, ToolCalled)]
    assert [event.name for event in called] == ["no\N{REPLACEMENT CHARACTER}thing"]
    assert called[0].id.startswith("call_")
    told = model.asked[1].messages
    assert told[-1]["tool_call_id"] == told[-2]["tool_calls"][0]["id"] == called[0].id
