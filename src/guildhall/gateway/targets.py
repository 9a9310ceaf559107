"""Targets: a stored channel as the edge needs it, with its key opened and the head of every request written out."""

from guildhall import __version__
from guildhall.core import guard
from guildhall.core.guard import Origin
from guildhall.core.secrets import Keyring
from guildhall.edge.call import Target
from guildhall.gateway.tables import Channel


def target_of(channel: Channel, model: str, keyring: Keyring, simulator_url: str | None) -> Target | None:
    """Where calls for one model of a channel go; None while the simulator it needs is not up.

    Raises `UndecryptableError` when its key does not open, `BadRequestError` when its address is no longer allowed.
    """
    base_url = channel.base_url
    if channel.simulated:
        if simulator_url is None:
            return None
        base_url = f"{simulator_url}/v1"
    origin, path = guard.origin_of(base_url, private=channel.private or channel.simulated)
    head = request_head("POST", origin, f"{path}/chat/completions", api_key_of(channel, keyring))
    return Target(
        channel.id,
        origin,
        _pool_of(channel, origin),
        head + b"content-type: application/json\r\ncontent-length: ",
        model,
    )


def models_target_of(channel: Channel, keyring: Keyring, simulator_url: str | None) -> Target | None:
    """Where the channel's list of models is; None while the simulator it needs is not up."""
    base_url = f"{simulator_url}/v1" if channel.simulated else channel.base_url
    if channel.simulated and simulator_url is None:
        return None
    origin, path = guard.origin_of(base_url, private=channel.private or channel.simulated)
    head = request_head("GET", origin, f"{path}/models", api_key_of(channel, keyring))
    return Target(channel.id, origin, _pool_of(channel, origin), head + b"content-length: ", "")


def _pool_of(channel: Channel, origin: Origin) -> str:
    return f"{channel.id} {origin.scheme}://{origin.host}:{origin.port} private={origin.private}"


def request_head(method: str, origin: Origin, path: str, api_key: str) -> bytes:
    """Request line and the headers that are the same for every call of a channel."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    is_default_port = origin.port == (443 if origin.scheme == "https" else 80)
    lines = [
        f"{method} {path} HTTP/1.1",
        f"host: {host if is_default_port else f'{host}:{origin.port}'}",
        f"user-agent: guildhall/{__version__}",
        "accept: application/json, text/event-stream",
        "accept-encoding: identity",
    ]
    if api_key:
        lines.append(f"authorization: Bearer {api_key}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def api_key_of(channel: Channel, keyring: Keyring) -> str:
    """The channel's key in the clear; it lives only in memory. Raises `UndecryptableError`."""
    return keyring.decrypt(channel.api_key_sealed, aad=channel.id) if channel.api_key_sealed else ""
