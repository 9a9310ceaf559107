"""Play: turn a request and its script into the bytes of an answer, one at a time and at the script's pace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from typing import Protocol

from guildhall.simulator import answers, wire
from guildhall.simulator.script import Script, without_directives
from guildhall.simulator.wire import ChatRequest, Piece, Reply, ToolCall


class Speech(Protocol):
    """How one provider writes an answer down."""

    def whole(self, reply: Reply, *, usage: bool, finished: bool) -> bytes:
        """The answer in one body."""

    def begin(self, reply: Reply) -> bytes:
        """The first events of a stream."""

    def say(self, piece: Piece) -> bytes:
        """One more piece."""

    def end(self, reply: Reply, *, usage: bool) -> bytes:
        """The last events."""

    def fail(self, message: str) -> bytes:
        """An error in the middle."""

    def error(self, status: int, message: str) -> dict[str, object]:
        """An error in place of an answer."""


class DroppedError(Exception):
    """The script wants the connection closed now."""


def compose(request: ChatRequest, script: Script) -> Reply:
    """The whole answer to a request."""
    last = request.messages[-1] if request.messages else wire.Message()
    question = without_directives(last.text())
    if script.calls:
        calls = _scripted(request, script)
    else:
        calls = _calls(request, script, question) if last.role != "tool" else ()
    if script.say is not None and (script.calls or not calls):
        text = script.say
    elif calls:
        text = ""
    else:
        text = _text(request, script, last, question)
    reasoning = answers.think(question) if "reason" in script.flags else ""
    heard = sum(answers.count(message.text()) for message in request.messages)
    return Reply(reasoning, text, calls, heard)


def _text(request: ChatRequest, script: Script, last: wire.Message, question: str) -> str:
    """What is said: a tool's result, JSON for whoever gave a schema, or an answer."""
    if last.role == "tool":
        return answers.relay(last.text())
    if request.schema is not None:
        return wire.sample_json(request.schema)
    return answers.write(question, script.words, last.pictures())


async def stream(speech: Speech, script: Script, reply: Reply) -> AsyncIterator[bytes]:
    """The answer as server-sent events."""
    await asyncio.sleep(script.delay)
    yield speech.begin(reply)
    for said, piece in enumerate(_pieces(script, reply)):
        if said == script.drop_after:
            raise DroppedError
        if said == script.hang_after:
            await asyncio.Event().wait()
        if said == script.fail_after:
            yield speech.fail("The simulated model failed in the middle of its answer.")
            return
        if script.pace:
            await asyncio.sleep(1 / script.pace)
        elif said % 16 == 15:  # a reader who has gone takes everything at once: let the loop find out
            await asyncio.sleep(0)
        yield speech.say(piece)
    if "nofinish" not in script.flags:
        yield speech.end(reply, usage="nousage" not in script.flags)


async def whole(speech: Speech, script: Script, reply: Reply) -> tuple[bytes, int]:
    """The answer as one body, and how many of its bytes get out before the line is dropped or falls silent."""
    flags = script.flags
    body = speech.whole(reply, usage="nousage" not in flags, finished="nofinish" not in flags)
    if script.hang_after == 0:
        await asyncio.Event().wait()
    spoken = len(answers.pieces(reply.text)) if script.pace else 0
    await asyncio.sleep(script.delay + (spoken / script.pace if spoken else 0))
    is_cut = script.drop_after is not None or script.hang_after is not None
    return body, len(body) // 2 if is_cut else len(body)


def _pieces(script: Script, reply: Reply) -> Iterator[Piece]:
    """Thinking first, then calls, the arguments of each in two halves, and text: before scripted calls, if any."""
    for thought in answers.pieces(reply.reasoning):
        yield Piece("thought", thought)
    pieces = answers.pieces(reply.text)
    if script.calls:
        yield from (Piece("text", text) for text in pieces)
        pieces = []
    for index, call in enumerate(reply.calls):
        half = len(call.arguments) // 2
        yield Piece("call", "", index, call)
        yield Piece("call", call.arguments[:half], index)
        yield Piece("call", call.arguments[half:], index)
    for text in cycle(pieces) if "endless" in script.flags else pieces:
        yield Piece("text", text)


def _scripted(request: ChatRequest, script: Script) -> tuple[ToolCall, ...]:
    """The calls that the script spells out, with ids that no other answer of the conversation has."""
    place = len(request.messages)
    return tuple(
        ToolCall(f"call_simulated_{place}_{index}", name, arguments)
        for index, (name, arguments) in enumerate(script.calls)
    )


def _calls(request: ChatRequest, script: Script, question: str) -> tuple[ToolCall, ...]:
    """Tools are called when the script says so, when the caller insists, or when the message names one."""
    offered = request.tools or []
    named = [tool for tool in offered if (tool.get("function") or {}).get("name", "\0") in question]
    insisted = request.tool_choice == "required" or isinstance(request.tool_choice, dict)
    if not offered or not (script.tools or named or insisted):
        return ()
    wanted = max(1, script.tools or len(named))
    source = cycle(named or offered)
    picked = [next(source) for _ in range(wanted)]
    return tuple(
        ToolCall(f"call_simulated_{index}", (tool.get("function") or {}).get("name", ""), wire.sample_arguments(tool))
        for index, tool in enumerate(picked)
    )
