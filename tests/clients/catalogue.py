"""Catalogue: the clients, how each is started, and which capabilities it has."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.clients.capabilities import CAPABILITIES, KINDS, Capability, Kind

ROOT = Path(__file__).parent.parent.parent
INSTALLED = ROOT / ".clients"
PYTHON = INSTALLED / "python" / "bin" / "python"
NODE_MODULES = INSTALLED / "node" / "node_modules"
OPENCODE = NODE_MODULES / "opencode-linux-x64" / "bin" / "opencode"
_PROGRAMS = Path(__file__).parent / "programs"
_ANSWERS = {"whole", "stream", "usage", "stream_usage", "thinking", "image", "cancel"}
_ERRORS = {"bad_request", "wrong_key", "unknown_model", "slow_down", "failing", "broken_stream", "timeout"}
_CHAT = frozenset({"tools", "tools_streamed", "structured"} | _ANSWERS | _ERRORS)
_OPENAI = _CHAT | {"models", "embeddings", "responses"}
_ANTHROPIC = _CHAT | {"models", "messages", "count_tokens"}


class MissingError(Exception):
    """A client is not installed."""


@dataclass(frozen=True)
class Client:
    """A client that people use."""

    name: str
    title: str
    program: str
    does: frozenset[str]
    """Names of capabilities."""
    runner: str | Path = sys.executable
    """What runs the program: the SDKs of OpenAI and Anthropic are in the environment of the tests themselves."""
    form: str = ""
    needs: Path | None = None
    """What the program starts or loads from elsewhere."""
    kinds: tuple[Kind, ...] = KINDS

    @property
    def command(self) -> list[str]:
        """What starts it. Raises `MissingError` when it is not installed."""
        if self.needs is not None:
            installed(self.needs)
        runner = installed(self.runner) if isinstance(self.runner, Path) else self.runner
        return [runner, str(_PROGRAMS / self.program), *([self.form] if self.form else [])]


def installed(path: Path) -> str:
    """The path of what clients need. Raises `MissingError`."""
    if not path.exists():
        raise MissingError(f"There is no {path.relative_to(ROOT)}: install the clients with `make .clients/.stamp`.")
    return str(path)


CLIENTS = (
    Client("openai", "OpenAI, Python", "openai_python.py", _OPENAI, form="sync"),
    Client("openai-async", "OpenAI, Python async", "openai_python.py", _OPENAI, form="async"),
    Client("openai-node", "OpenAI, Node.js", "openai_node.cjs", _OPENAI, "node", needs=NODE_MODULES / "openai"),
    Client("anthropic", "Anthropic, Python", "anthropic_python.py", _ANTHROPIC, form="sync"),
    Client("anthropic-async", "Anthropic, Python async", "anthropic_python.py", _ANTHROPIC, form="async"),
    Client("litellm", "LiteLLM", "litellm_sdk.py", _CHAT | {"embeddings", "responses", "messages"}, PYTHON),
    Client(
        "langchain",
        "LangChain ChatOpenAI",
        "langchain_chat.py",
        (_CHAT | {"embeddings", "responses"}) - {"thinking"},
        PYTHON,
    ),
    Client(
        "opencode",
        "opencode",
        "opencode_agent.py",
        frozenset({"stream", "stream_usage", "thinking", "file_written", "wrong_key", "unknown_model"}),
        needs=OPENCODE,
        kinds=("openai", "anthropic"),
    ),
)


def cases() -> list[tuple[Client, Capability, Kind]]:
    """Everything there is to try."""
    return [
        (client, capability, kind)
        for client in CLIENTS
        for capability in CAPABILITIES
        if capability.name in client.does
        for kind in client.kinds
    ]
