"""The bus: carries copies of events from the process where they happened to every process where somebody listens.

The log in the database is the truth; a listener that the bus has failed (or overrun) reads on from there.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as stored: the `seq`-th of its stream."""

    stream: str
    seq: int
    type: str
    body: dict[str, Any]
    at: datetime


# Called with each event of a stream, or with None when events may have been missed.
Listener = Callable[[LoggedEvent | None], None]


class Bus(Protocol):
    """Fan-out of committed events; `publish` never blocks and never raises."""

    def publish(self, event: LoggedEvent) -> None:
        """Hand a committed event to every listener of its stream, in every process."""

    def listening(self, stream: str, listener: Listener) -> contextlib.AbstractContextManager[None]:
        """Call `listener` with the stream's events while the context lasts."""

    @property
    def is_alone(self) -> bool:
        """Whether what other processes publish does not arrive at present."""

    def streams(self) -> list[str]:
        """Every stream that somebody listens to in this process."""

    def missed(self, stream: str) -> None:
        """Tell the listeners of a stream that events may have been missed."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Disconnect."""

    async def ping(self) -> None:
        """Raise ConnectionError when the bus reaches only this process although it should reach more."""


class MemoryBus:
    """Listeners of one process."""

    is_alone = False  # nobody else publishes

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def publish(self, event: LoggedEvent) -> None:
        self._deliver(event.stream, event)

    @contextlib.contextmanager
    def listening(self, stream: str, listener: Listener) -> Iterator[None]:
        self._listeners.setdefault(stream, set()).add(listener)
        try:
            yield
        finally:
            self._listeners[stream].discard(listener)
            if not self._listeners[stream]:
                del self._listeners[stream]

    def streams(self) -> list[str]:
        return list(self._listeners)

    def missed(self, stream: str) -> None:
        self._deliver(stream, None)

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to disconnect."""

    async def ping(self) -> None:
        """Always well: nothing lies between publisher and listener."""

    def _deliver(self, stream: str, event: LoggedEvent | None) -> None:
        for listener in tuple(self._listeners.get(stream, ())):
            listener(event)

    def _missed(self) -> None:
        for stream in tuple(self._listeners):
            self._deliver(stream, None)
