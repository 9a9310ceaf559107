"""A small engine without a model: a turn's last message says in the simulator's directives what it does."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncGenerator, Iterator, Sequence

from guildhall.core.errors import UpstreamError
from guildhall.core.ids import new_id
from guildhall.engines.api import (
    Delta,
    Ended,
    EngineEvent,
    Host,
    PermissionRequest,
    Readiness,
    ToolCalled,
    ToolEnded,
    ToolKind,
    ToolOutput,
    ToolUse,
    Turn,
    refusal_details,
)
from guildhall.simulator import script

_KINDS: dict[str, ToolKind] = {"read": "read", "list": "read", "write": "edit", "bash": "run"}
_MOST_CALLS = 50
_MOST_REPEATS = 6
_DENIED = "Denied."


class FakeEngine:
    """Keeps the contract with four tools; only `bash` does something: it runs its command, with no sandbox."""

    name = "fake"
    needs_workspace = False

    async def readiness(self) -> Readiness:
        """Always ready."""
        return Readiness()

    async def run(self, turn: Turn, host: Host) -> AsyncGenerator[EngineEvent, None]:
        """What the last message says, step by step."""
        begun = [part for part in turn.begun if isinstance(part, ToolUse)]
        step = max((use.step + 1 for use in begun), default=0)
        calls = [ToolCalled(use.id, use.name, use.arguments, use.step) for use in begun if use.status == "waiting"]
        made: list[ToolCalled] = []
        while True:
            made += calls
            if _is_loop(made):
                yield ToolEnded(calls[0].id, "failed", "Again?")
                yield Ended("loop", None, None)
                return
            async with contextlib.aclosing(self._do(calls, host)) as events:
                async for event in events:
                    yield event
                    if isinstance(event, ToolEnded) and event.output == _DENIED:
                        yield Ended("denied", None, None)
                        return
            if step == _MOST_CALLS:
                yield Ended("limit", None, None)
                return
            asked = script.read("simulated-instant", turn.history[-1].text, step)
            calls = [ToolCalled(new_id("call"), name, json.loads(given), step) for name, given in asked.calls]
            for event in _said(asked, calls):
                yield event
            if not calls:
                yield Ended("stop", 1, 1)
                return
            step += 1

    async def _do(self, calls: Sequence[ToolCalled], host: Host) -> AsyncGenerator[EngineEvent, None]:
        for call in calls:
            if call.name not in _KINDS:
                yield ToolEnded(call.id, "failed", "There is no such tool.")
                continue
            request = PermissionRequest(call.id, call.name, _KINDS[call.name], (str(call.arguments),))
            decision = await host.permit(request)
            if not decision.is_allowed:
                told = f"{_DENIED} {decision.message}".strip()
                yield ToolEnded(call.id, "denied", told, refusal_details(decision))
            elif call.name == "bash":
                async for event in _run(call):
                    yield event
            else:
                yield ToolEnded(call.id, "done", "done")


async def _run(call: ToolCalled) -> AsyncGenerator[EngineEvent, None]:
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", call.arguments["command"], stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    told = ""
    try:
        while process.stdout is not None and (line := await process.stdout.readline()):
            told += line.decode()
            yield ToolOutput(call.id, line.decode())
        code = await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    yield ToolEnded(call.id, "done" if code == 0 else "failed", told, {"exit_code": code})


def _is_loop(made: Sequence[ToolCalled]) -> bool:
    last = [(call.name, call.arguments) for call in made[-_MOST_REPEATS:]]
    return len(last) == _MOST_REPEATS and all(one == last[0] for one in last)


def _said(asked: script.Script, calls: Sequence[ToolCalled]) -> Iterator[EngineEvent]:
    """One answer. Raises `UpstreamError`."""
    if asked.status != 200:
        raise UpstreamError("upstream_error", "The provider failed.")
    if "reason" in asked.flags:
        yield Delta("reasoning", "Let me think.")
    if asked.say or not calls:
        yield Delta("text", asked.say or "Done.")
    yield from calls
