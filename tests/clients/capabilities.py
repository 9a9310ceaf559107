"""Capabilities: what is asked of every client, and what must come of it. How a client does it is in `programs`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["openai", "anthropic", "gemini"]
KINDS: tuple[Kind, ...] = ("openai", "anthropic", "gemini")
Told = dict[str, Any]
GREETING = "Good day, 世界 👋"


@dataclass(frozen=True)
class Capability:
    """One thing that a client does, whatever client and provider."""

    name: str
    title: str
    do: str
    """The function of the client's program that does it."""
    text: str
    check: Callable[[Any], None] | None = None
    """What must hold for what the client gives; none when it is to raise."""
    status: int | None = None
    """The status that the client's exception must tell; none when clients differ in that."""
    kinds: tuple[Kind, ...] = KINDS
    """Providers that can do it; of others the client must be told so by a 400."""
    timeout: float = 20.0
    channel: str = ""
    """A channel that is asked for nothing else, because this makes it fail."""
    is_stranger: bool = False
    """Asked with a key that nobody has."""
    is_unknown: bool = False
    """Asked of a model that nobody offers."""

    def judge(self, kind: Kind, told: Told) -> str:
        """What came of it: `yes`, `refused`, or the name of the exception. Raises `AssertionError`."""
        if kind not in self.kinds:
            assert told.get("status") == 400, told
            assert "cannot be called" in told["message"], told
            return "refused"
        if self.check is not None:
            assert "gave" in told, told
            self.check(told["gave"])
            return "yes"
        assert "raised" in told, told
        assert self.status in {None, told["status"]}, told
        return str(told["raised"])


def _lists(gave: list[str]) -> None:
    assert "simulated-instant" in gave
    assert {f"hall-{kind}" for kind in KINDS} <= set(gave)


def _greets(gave: Told) -> None:
    assert gave["text"] == GREETING


def _streams(gave: Told) -> None:
    assert gave["text"] == GREETING
    assert gave["pieces"] > 1


def _counts(gave: Told) -> None:
    assert gave["input"] > 0
    assert gave["output"] > 0


def _has_tokens(gave: Told) -> None:
    assert gave["input"] > 0


def _calls_tools(gave: Told) -> None:
    ids, names, arguments = zip(*gave["calls"], strict=True)
    given = [json.loads(each) if isinstance(each, str) else each for each in arguments]
    assert (names, given) == (("weather", "weather"), [{"city": "sample", "degrees": 1}] * 2)
    assert len(set(ids)) == 2
    assert "sunny" in gave["after"]


def _fits(gave: Told) -> None:
    assert (gave.get("object") or json.loads(gave["text"])) == {"city": "sample", "degrees": 1}


def _thinks(gave: Told) -> None:
    assert gave["text"] == GREETING
    assert "simulated thinking" in gave["thinking"]


def _sees(gave: Told) -> None:
    assert "Pictures shown: 1." in gave["text"]


def _embeds(gave: Told) -> None:
    assert gave["vectors"] == [64, 64]


def _responds(gave: Told) -> None:
    assert (gave["text"], gave["streamed"]) == (GREETING, GREETING)
    assert gave["output"] > 0


def _leaves(gave: Told) -> None:
    assert gave["text"]


def _writes(gave: Told) -> None:
    assert gave["files"] == {"sample": "sample"}
    assert gave["tools"] == [["write", "completed"]]
    assert "The tool returned" in gave["after"]


_GREET = f"[[say={GREETING}]] hello"
_TOOLS = "[[tools=2]] how is it"

CAPABILITIES = (
    Capability("models", "list of models", "models", "", _lists),
    Capability("whole", "whole answer", "whole", _GREET, _greets),
    Capability("stream", "streamed answer", "stream", _GREET, _streams),
    Capability("usage", "usage of a whole answer", "whole", _GREET, _counts),
    Capability("stream_usage", "usage of a stream", "stream", _GREET, _counts),
    Capability("tools", "parallel tools, their results sent back", "tools", _TOOLS, _calls_tools),
    Capability("tools_streamed", "the same from a stream", "tools_streamed", _TOOLS, _calls_tools),
    Capability("file_written", "an agent's tool writes a file", "file_written", "Please write it down.", _writes),
    Capability("structured", "structured output (JSON schema)", "structured", "How is it?", _fits),
    Capability("thinking", "thinking, streamed", "thinking", f"[[reason]] {_GREET}", _thinks),
    Capability("image", "an image in the question", "image", "What is this?", _sees),
    Capability("embeddings", "embeddings", "embeddings", "some words", _embeds, kinds=("openai",)),
    Capability("responses", "Responses API, whole and streamed", "responses", _GREET, _responds),
    Capability("messages", "Messages API", "messages", _GREET, _greets),
    Capability("count_tokens", "counting of tokens", "count_tokens", "hello there", _has_tokens, kinds=("anthropic",)),
    Capability("cancel", "leaving a stream ends the provider's call", "cancel", "[[slow=20]] [[words=2000]]", _leaves),
    Capability("bad_request", "400 bad request", "whole", "[[error=400]]", status=400),
    Capability("wrong_key", "401 wrong key", "whole", "hello", status=401, is_stranger=True),
    Capability("unknown_model", "404 unknown model", "whole", "hello", status=404, is_unknown=True),
    Capability("slow_down", "429 the provider asks to slow down", "whole", "[[error=429]]", status=429, channel="-429"),
    Capability("failing", "502 the provider fails", "whole", "[[error=500]]", status=502, channel="-502"),
    Capability("broken_stream", "a stream that breaks off", "stream", "[[slow=50]] [[fail=3]]", channel="-broken"),
    Capability("timeout", "time-out of the client's", "whole", "[[delay=20]]", timeout=0.5),
)  # fmt: skip
