"""The transcript: what was said and done, in the messages that a model is told. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

from guildhall.engines.api import Spoken, ToolUse

_GO_ON = "(You were cut off here. Go on from there; do not repeat what you said.)"
_INTERRUPTED = (
    "Interrupted: the server stopped while this ran, so it may be done, half done or not done. "
    "Look before you do it again."
)
_NOT_DONE = "Not done: the turn ended before anybody decided."


def messages_of(history: Iterable[Spoken]) -> Iterator[ModelMessage]:
    """Earlier messages of a conversation."""
    for spoken in history:
        if spoken.role == "user":
            yield ModelRequest([UserPromptPart(_asked(spoken))])
        else:
            yield from _answers(spoken.parts, frozenset())


def _asked(spoken: Spoken) -> str | list[UserContent]:
    pictures = [BinaryContent(picture.content, media_type=picture.media_type) for picture in spoken.pictures]
    return [*([spoken.text] if spoken.text else ()), *pictures] if pictures else spoken.text


def begun_messages(begun: Sequence[str | ToolUse]) -> Iterator[ModelMessage]:
    """What a turn that was cut off had made; what waits has no result yet."""
    yield from _answers(begun, frozenset(use.id for use in waiting_in(begun)))
    if begun and isinstance(begun[-1], str):
        yield ModelRequest([UserPromptPart(_GO_ON)])


def waiting_in(begun: Sequence[str | ToolUse]) -> list[ToolUse]:
    """The calls of a cut-off turn that are still to be done."""
    return [part for part in begun if isinstance(part, ToolUse) and part.status == "waiting"]


def returned(call_id: str, name: str, output: str, *, failed: bool) -> ToolReturnPart:
    """What came of a call, as the model is told it."""
    return ToolReturnPart(name, output, call_id, outcome="failed" if failed else "success")


def add_results(messages: list[ModelMessage], results: Sequence[ToolReturnPart]) -> None:
    """Put what came of calls after the answer that asked for them, beside results that are there already."""
    last = messages[-1] if messages else None
    if isinstance(last, ModelRequest) and all(isinstance(part, ToolReturnPart) for part in last.parts):
        messages[-1] = ModelRequest([*last.parts, *results])
    else:
        messages.append(ModelRequest(list(results)))


def _answers(parts: Sequence[str | ToolUse], waiting: frozenset[str]) -> Iterator[ModelMessage]:
    """Each answer of a model with the results of its calls: text begins a new one once there are calls."""
    answer: list[TextPart | ToolCallPart] = []
    results: list[ToolReturnPart] = []
    for _step, members in groupby(parts, key=lambda part: part.step if isinstance(part, ToolUse) else None):
        if _has_calls(answer):
            yield from _exchange(answer, results)
            answer, results = [], []
        for part in members:
            if isinstance(part, str):
                if part:
                    answer.append(TextPart(part))
                continue
            answer.append(ToolCallPart(part.name, dict(part.arguments), part.id))
            if part.id not in waiting:
                results.append(_result(part))
    if answer:
        yield from _exchange(answer, results)


def _has_calls(answer: Sequence[TextPart | ToolCallPart]) -> bool:
    return any(isinstance(part, ToolCallPart) for part in answer)


def _exchange(answer: Sequence[TextPart | ToolCallPart], results: Sequence[ToolReturnPart]) -> Iterator[ModelMessage]:
    yield ModelResponse(list(answer))
    if results:
        yield ModelRequest(list(results))


def _result(use: ToolUse) -> ToolReturnPart:
    if use.status in ("done", "failed", "denied"):
        return returned(use.id, use.name, use.output, failed=use.status != "done")
    words = _NOT_DONE if use.status == "waiting" else _INTERRUPTED
    return returned(use.id, use.name, f"{words}\n\n{use.output}".strip(), failed=True)
