"""Targets: a stored channel as the edge needs it, with its keys opened and the head of every request written out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

import msgspec

from guildhall import __version__
from guildhall.core import guard
from guildhall.core.guard import Origin
from guildhall.core.secrets import Keyring
from guildhall.edge import dialects, wire
from guildhall.edge.call import ChannelLimits, Target, Timeouts, Way
from guildhall.edge.endpoints import (
    CHAT,
    COMPLETIONS,
    COUNT_TOKENS,
    EMBEDDINGS,
    INPUT_TOKENS,
    MESSAGES,
    MODELS,
    MODERATIONS,
    PASSAGES,
    RERANK,
    RESPONSES,
)
from guildhall.gateway.adapters import pairs
from guildhall.gateway.adapters.pairs import Asked, Spoken
from guildhall.gateway.adapters.vocabulary import Vocabulary
from guildhall.gateway.presets import Preset, preset_of
from guildhall.gateway.tables import Channel, ChannelKey

_PATIENCE = Timeouts()
_ACCEPT = "accept: application/json, text/event-stream"
_LENGTH = b"content-length: "
_ANTHROPIC_VERSION = "anthropic-version: 2023-06-01"


def targets_of(channel: Channel, model: str, keyring: Keyring, simulator_url: str | None) -> list[Target]:
    """Where calls for one model of a channel go: a target for each key that is in use, or one for a channel without
    keys; none while it is switched off, or the simulator it needs is not up.

    Raises `UndecryptableError` when a key does not open, `BadRequestError` when its address is no longer allowed.
    """
    if channel.off_at is not None or (channel.simulated and simulator_url is None):
        return []
    keys = [key for key in channel.keys if key.off_at is None] if channel.keys else [None]
    return [target_of(channel, key, model, keyring, simulator_url) for key in keys]


def target_of(
    channel: Channel, key: ChannelKey | None, model: str, keyring: Keyring, simulator_url: str | None
) -> Target:
    """Where calls go that use this key."""
    preset = preset_of(channel.kind)
    origin, path = _place(channel, simulator_url)
    lines = [*_key_line(preset, channel, key, keyring), *_header_lines(channel, keyring)]
    return Target(
        channel.id,
        origin,
        _pool_of(channel, origin),
        _ways(preset, _Heads(origin, path, lines), model),
        model,
        key_id=key.id if key else None,
        timeouts=_timeouts_of(channel),
        parameters=_parameters_of(channel),
        limits=_limits_of(channel),
        priority=channel.priority,
    )


def models_target_of(channel: Channel, keyring: Keyring, simulator_url: str | None) -> Target:
    """Where the channel's list of models is."""
    preset = preset_of(channel.kind)
    origin, path = _place(channel, simulator_url)
    lines = [*_key_line(preset, channel, first_key(channel), keyring), *_header_lines(channel, keyring)]
    if preset.speaks == "anthropic":
        lines.append(_ANTHROPIC_VERSION)
    way = Way(_Heads(origin, path, lines).get("/models"), dialects.OPENAI)
    return Target(channel.id, origin, _pool_of(channel, origin), {MODELS.path: way}, "")


def first_key(channel: Channel) -> ChannelKey | None:
    """The one to ask with when any will do: one in use before one that was switched off."""
    return min(channel.keys, key=lambda key: (key.off_at is not None, key.position), default=None)


class _Heads:
    """Writes the heads of requests to one provider."""

    def __init__(self, origin: Origin, path: str, lines: Sequence[str]) -> None:
        self._origin, self._path, self._lines = origin, path, lines

    def post(self, suffix: str, *lines: str) -> bytes:
        """Of a request with a JSON body."""
        return self._head("POST", suffix, [_ACCEPT, *lines, "content-type: application/json"]) + _LENGTH

    def passage(self, suffix: str) -> bytes:
        """Of a request whose body somebody else writes; the answer may be anything."""
        return self._head("POST", suffix, ["accept: */*"])

    def get(self, suffix: str) -> bytes:
        """Of a request without a body."""
        return self._head("GET", suffix, [_ACCEPT]) + _LENGTH

    def _head(self, method: str, suffix: str, lines: Sequence[str]) -> bytes:
        origin = self._origin
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        is_default_port = origin.port == (443 if origin.scheme == "https" else 80)
        written = [
            f"{method} {self._path}{suffix} HTTP/1.1",
            f"host: {host if is_default_port else f'{host}:{origin.port}'}",
            f"user-agent: guildhall/{__version__}",
            "accept-encoding: identity",
            *self._lines,
            *lines,
        ]
        return "".join(f"{line}\r\n" for line in written).encode("ascii")


def _ways(preset: Preset, heads: _Heads, model: str) -> Mapping[str, Way]:
    """How each endpoint is served there: as it is where the provider has it, else through an adapter."""
    if preset.speaks == "anthropic":
        own = Way(heads.post("/messages", _ANTHROPIC_VERSION), dialects.ANTHROPIC)
        count = Way(heads.post("/messages/count_tokens", _ANTHROPIC_VERSION), dialects.ANTHROPIC)
        ways = {COUNT_TOKENS.path: count, **_conversations("messages", own, None)}
        return ways | {INPUT_TOKENS.path: replace(count, adapter=pairs.counting_on_anthropic())}
    if preset.speaks == "gemini":
        place = f"/models/{quote(model, safe='')}"
        streamed = heads.post(f"{place}:streamGenerateContent?alt=sse")
        own = Way(heads.post(f"{place}:generateContent"), dialects.GEMINI, streamed_head=streamed)
        return _conversations("gemini", own, None)
    own = Way(heads.post("/chat/completions"), dialects.OPENAI)
    ways = _conversations("chat", own, preset.vocabulary) | {
        each.path: Way(heads.post(each.path.removeprefix("/v1")), dialects.OPENAI)
        for each in (COMPLETIONS, EMBEDDINGS, RERANK, MODERATIONS)
    }
    ways |= {path: Way(heads.passage(path.removeprefix("/v1")), dialects.OPENAI) for path in PASSAGES}
    if not preset.has_responses:
        return ways
    return ways | {
        each.path: Way(heads.post(each.path.removeprefix("/v1")), dialects.RESPONSES)
        for each in (RESPONSES, INPUT_TOKENS)
    }


def _conversations(spoken: Spoken, own: Way, known: Vocabulary | None) -> dict[str, Way]:
    """Every way to hold a conversation, with a provider who knows one of them."""
    asked: dict[str, Asked] = {CHAT.path: "chat", MESSAGES.path: "messages", RESPONSES.path: "responses"}
    return {path: replace(own, adapter=pairs.between(each, spoken, known)) for path, each in asked.items()}


def _place(channel: Channel, simulator_url: str | None) -> tuple[Origin, str]:
    base_url = f"{simulator_url}/v1" if channel.simulated else channel.base_url
    return guard.origin_of(base_url, private=channel.private or channel.simulated)


def _pool_of(channel: Channel, origin: Origin) -> str:
    return f"{channel.id} {origin.scheme}://{origin.host}:{origin.port} private={origin.private}"


def _key_line(preset: Preset, channel: Channel, key: ChannelKey | None, keyring: Keyring) -> list[str]:
    """The header with the key in the clear; it lives only in memory. Raises `UndecryptableError`."""
    if key is None:
        return []
    secret = keyring.decrypt(key.api_key_sealed, aad=channel.id)
    return [f"{preset.key_header}: {'Bearer ' if preset.key_header == 'authorization' else ''}{secret}"]


def _header_lines(channel: Channel, keyring: Keyring) -> list[str]:
    return [
        f"{name}: {keyring.decrypt(sealed, aad=f'{channel.id}:{name}')}"
        for name, sealed in channel.headers_sealed.items()
    ]


def _timeouts_of(channel: Channel) -> Timeouts | None:
    given = (channel.connect_seconds, channel.first_byte_seconds, channel.idle_seconds, channel.total_seconds)
    if not any(given):
        return None
    usual = (_PATIENCE.connect, _PATIENCE.first_byte, _PATIENCE.idle, _PATIENCE.total)
    return Timeouts(*(float(own or plain) for own, plain in zip(given, usual, strict=True)))


def _limits_of(channel: Channel) -> ChannelLimits | None:
    given = (channel.calls_per_minute, channel.tokens_per_minute, channel.parallel_calls)
    return ChannelLimits(*given) if any(given) else None


def _parameters_of(channel: Channel) -> Mapping[str, msgspec.Raw | None] | None:
    return {name: None if value is None else wire.as_raw(value) for name, value in channel.parameters.items()} or None
