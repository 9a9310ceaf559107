"""Book: what came of every client, capability and provider kind when `make clients` was run last.

It is kept in `results.json`, from which `scripts/write_reference.py` writes docs/reference/compatibility.md. Each test
holds its own outcome against it, so the page cannot promise what a run does not show.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.clients.capabilities import CAPABILITIES, KINDS, Capability, Kind
from tests.clients.catalogue import CLIENTS, Client, cases

_FILE = Path(__file__).parent / "results.json"
_NAMES = {"openai": "OpenAI", "anthropic": "Anthropic", "gemini": "Gemini"}
_OPENING = """\
# Compatibility

*Written by `make clients` from what real clients did against the gateway in front of simulated providers.*

Each client is the program that its users run, asked through channels of three kinds: OpenAI, Anthropic and Gemini;
opencode through the first two. How to set each up: [gateway](../guide/gateway.md#clients).
"""
_LEGEND = """
**✓** works with every kind of provider. A provider's name: works with that kind; with others the client is refused with
a 400 that says so (`unsupported_endpoint`). **–** not tried: the client has no such thing, or does it as another row
says. For errors: the exception that the client raises.
"""
_HOW = "Run `make clients` to record it."


class Book:
    """The outcomes of one run beside those that are kept; `record` writes the new ones down at the end."""

    def __init__(self, *, is_recording: bool) -> None:
        self._is_recording = is_recording
        self._kept: dict[str, dict[str, str]] = json.loads(_FILE.read_text()) if _FILE.exists() else {}
        self._new: dict[str, dict[str, str]] = {}

    def version(self, client: Client, found: str) -> None:
        """A client's version. Raises `AssertionError` when another is kept."""
        self._note(client.name, "version", found)

    def outcome(self, client: Client, capability: Capability, kind: Kind, found: str) -> None:
        """What came of a case. Raises `AssertionError` when something else is kept."""
        self._note(client.name, _entry(capability, kind), found)

    def close(self) -> None:
        """Keep what was recorded."""
        if self._is_recording:
            kept = {
                name: {entry: value for entry, value in found.items() if entry in wanted}
                for name, wanted in expected().items()
                if (found := self._kept.get(name, {}) | self._new.get(name, {}))
            }
            _FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")

    def _note(self, client: str, entry: str, found: str) -> None:
        if self._is_recording:
            self._new.setdefault(client, {})[entry] = found
            return
        kept = self._kept.get(client, {}).get(entry)
        assert kept == found, f"{client}, {entry}: {found}, where the page says {kept}. {_HOW}"


def kept() -> dict[str, dict[str, str]]:
    """Everything that is kept."""
    outcomes: dict[str, dict[str, str]] = json.loads(_FILE.read_text())
    return outcomes


def expected() -> dict[str, set[str]]:
    """The entries that a whole run makes, of each client."""
    entries = {client.name: {"version"} for client in CLIENTS}
    for client, capability, kind in cases():
        entries[client.name].add(_entry(capability, kind))
    return entries


def page() -> Iterator[str]:
    """The lines of the page on compatibility."""
    outcomes = kept()
    yield _OPENING
    yield "| client | version |"
    yield "|---|---|"
    for client in CLIENTS:
        yield f"| {client.title} | {outcomes[client.name]['version']} |"
    yield _LEGEND
    yield f"| | {' | '.join(client.title for client in CLIENTS)} |"
    yield f"|---|{'---|' * len(CLIENTS)}"
    for capability in CAPABILITIES:
        cells = [_cell(client, capability, outcomes[client.name]) for client in CLIENTS]
        yield f"| {capability.title} | {' | '.join(cells)} |"
    yield ""


def _cell(client: Client, capability: Capability, outcomes: dict[str, str]) -> str:
    if capability.name not in client.does:
        return "–"
    found = {kind: outcomes[_entry(capability, kind)] for kind in KINDS if kind in client.kinds}
    shown = {outcome for outcome in found.values() if outcome != "refused"}
    word = ", ".join("✓" if outcome == "yes" else f"`{outcome}`" for outcome in sorted(shown))
    if "refused" not in found.values():
        return word
    return ", ".join(_NAMES[kind] for kind, outcome in found.items() if outcome != "refused")


def _entry(capability: Capability, kind: Kind) -> str:
    return f"{capability.name}, {kind}"
