"""Chain: two adapters, one behind the other, for callers and providers who have only chat in common."""

from guildhall.edge.adapter import Adapter, StreamAdapter


class Chain:
    """An `Adapter`: the caller speaks with the first, the provider with the second, and these two speak chat.

    Nothing gets lost between them when the first is told `vocabulary.OURS`.
    """

    def __init__(self, first: Adapter, second: Adapter) -> None:
        self._first = first
        self._second = second

    def request(self, body: bytes, model: str) -> bytes:
        """The provider's request. Raises `BadRequestError`."""
        return self._second.request(self._first.request(body, model), model)

    def answer(self, body: bytes, request: bytes = b"") -> bytes:
        """The caller's answer. Raises `UpstreamFailure`."""
        return self._first.answer(self._second.answer(body), request)

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in the caller's shape."""
        return self._first.refusal(self._second.refusal(body))

    def stream(self, request: bytes = b"") -> StreamAdapter:
        """For one streamed answer."""
        return _ChainedStream(self._first.stream(request), self._second.stream())


class _ChainedStream:
    def __init__(self, first: StreamAdapter, second: StreamAdapter) -> None:
        self._first = first
        self._second = second

    def feed(self, events: bytes) -> bytes:
        return self._first.feed(self._second.feed(events))

    def close(self) -> bytes:
        return self._first.feed(self._second.close()) + self._first.close()
