"""Scripts: what one request asks the simulator to do, read from its last message and its model name.

A message directs the simulator with tokens in double square brackets; a model name does the same after colons
(`simulated-instant:error=429`). Unknown tokens are plain text.

    [[instant]]        no pauses at all                [[delay=2]]      wait two seconds before the first byte
    [[slow=20]]        twenty words a second           [[words=400]]    an answer of four hundred words
    [[say=Hello]]      answer exactly this             [[reason]]       think before answering
    [[tool]]           call the first tool offered     [[tools=3]]      call three tools in parallel
    [[error=429]]      refuse with this status         [[errorbody]]    status 200 with an error in the body
    [[html]]           status 200 with a web page      [[fail=5]]       an error event after five words
    [[drop=5]]         close the line after five words [[hang=5]]       fall silent after five words
    [[nofinish]]       no finish_reason, no [DONE]     [[nousage]]      never report usage
    [[room=900]]       refuse more tokens than that, as a model does that can hold no more
    [[split]]          one byte at a time              [[endless]]      never stop
    [[call=read {"path": "a.txt"}]]                    call this tool with these arguments
    [[also=read {"path": "b.txt"}]]                    call this one together with the one before

A message with `[[call]]` scripts several answers, as an agent that is given its tools' results goes on: each answer
ends with its `[[call]]`, what stands before belongs to it too, and what follows the last one is the last answer.
`[[say=Looking]] [[call=list {}]] [[say=Done]]` says something and calls, is told what came of it, and says the rest.
Arguments are as they stand, JSON or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_TOKEN = re.compile(r"\[\[([a-z]+)(?:=((?:[^\]]|\](?!\]))*))?\]\]")
_CALLS = ("call", "also")
_NATURAL_DELAY = 0.25
_NATURAL_PACE = 60.0
_FLAGS = frozenset({"reason", "html", "errorbody", "nofinish", "nousage", "split", "endless", "tool"})
_COUNTS = {
    "drop": "drop_after",
    "hang": "hang_after",
    "fail": "fail_after",
    "words": "words",
    "tools": "tools",
    "room": "room",
}


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that is special about one answer; `None` and the empty set mean the ordinary, pleasant one."""

    delay: float = _NATURAL_DELAY
    pace: float = _NATURAL_PACE
    """Words per second; zero means as fast as the reader takes them."""
    status: int = 200
    say: str | None = None
    words: int | None = None
    tools: int = 0
    calls: tuple[tuple[str, str], ...] = ()
    """Tools to call, each with its arguments."""
    drop_after: int | None = None
    hang_after: int | None = None
    room: int | None = None
    """Tokens that the simulated model can hold."""
    fail_after: int | None = None
    flags: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_plain(self) -> bool:
        """Whether nothing stands between the request and its whole answer: no pause, no fault."""
        return self == _INSTANT


_INSTANT = Script(delay=0.0, pace=0.0)


def read(model: str, text: str, step: int = 0) -> Script:
    """The script a request follows: the model's own manner first, then what the message asks for at this step."""
    script = _manner(model.partition(":")[0])
    for name, value in _of_model(model):
        script = _apply(script, name, value)
    for name, value in _at(step, _of_message(text)):
        script = _apply(script, name, value)
    return script


def is_loop(text: str) -> bool:
    """Whether a message scripts the answers after its tools' results too."""
    return "[[call=" in text


def without_directives(text: str) -> str:
    """The message as a person would have meant it."""
    return _TOKEN.sub("", text).strip() if "[[" in text else text


def _manner(model: str) -> Script:
    if model.endswith("instant"):
        return _INSTANT
    if model.endswith("reasoner"):
        return Script(flags=frozenset({"reason"}))
    return Script()


def _of_model(model: str) -> Iterator[tuple[str, str]]:
    for part in model.split(":")[1:]:
        name, _, value = part.partition("=")
        yield name, value


def _of_message(text: str) -> Iterator[tuple[str, str]]:
    if "[[" in text:
        for found in _TOKEN.finditer(text):
            yield found[1], found[2] or ""


def _at(step: int, directives: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those of one answer, the steps of which end where no further call joins."""
    at, has_called = 0, False
    for name, value in directives:
        if has_called and name != "also":
            at, has_called = at + 1, False
        has_called = has_called or name == "call"
        if at == step:
            yield name, value


def _apply(script: Script, name: str, value: str) -> Script:
    """One directive; a value that is no number leaves the script as it was."""
    if name == "instant":
        return replace(script, delay=0.0, pace=0.0)
    if name == "say":
        return replace(script, say=value)
    if name in _CALLS:
        tool, _, arguments = value.strip().partition(" ")
        return replace(script, calls=(*script.calls, (tool, arguments.strip() or "{}")))
    if name in _FLAGS:
        return replace(script, flags=script.flags | {name}, tools=script.tools or int(name == "tool"))
    try:
        if name == "delay":
            return replace(script, delay=float(value))
        if name == "slow":
            return replace(script, pace=float(value))
        if name == "error":
            return replace(script, status=int(value))
        if name in _COUNTS:
            count = max(0, int(value or 0))
            return replace(script, **{_COUNTS[name]: count})  # type: ignore[arg-type]
    except ValueError:
        return script
    return script
