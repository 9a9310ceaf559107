"""Adapter: what stands between a caller who speaks one dialect and a provider who speaks another.

The edge passes bytes through where both speak the same; where they do not, a target brings an adapter, which is pure:
bytes in, bytes out.
"""

from typing import Protocol


class StreamAdapter(Protocol):
    """One streamed answer on its way through."""

    def feed(self, events: bytes) -> bytes:
        """Whole events of the provider, as whole events for the caller; possibly none. Raises `UpstreamFailure`."""

    def close(self) -> bytes:
        """What is still owed when the provider has ended its answer properly. Raises `UpstreamFailure`."""


class Adapter(Protocol):
    """Speaks a provider's dialect for callers of another."""

    def request(self, body: bytes, model: str) -> bytes:
        """The caller's request for the provider, who calls the model `model`. Raises `BadRequestError`: code
        `unsupported_parameter` with the parameter for what the provider has no word for.
        """

    def answer(self, body: bytes, request: bytes = b"") -> bytes:
        """A provider's whole answer for the caller, whose own `request` some answers repeat. Raises `UpstreamFailure`
        when it is none.
        """

    def refusal(self, body: bytes) -> bytes:
        """A provider's error, of status 400 to 499, in the caller's shape."""

    def stream(self, request: bytes = b"") -> StreamAdapter:
        """For one streamed answer to the caller's own `request`."""
