"""The rest of a stream whose caller has left: what its provider still says, of which only the usage matters."""

from dataclasses import dataclass

from guildhall.edge.connection import Connection
from guildhall.edge.estimates import Heard
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.sse import EventFilter
from guildhall.edge.usage import Usage

_MOST_BYTES = 8 * 1024 * 1024


class Rest:
    """A stream that goes on without a caller. Close it, or the provider goes on talking."""

    def __init__(self, connection: Connection, events: EventFilter, heard: Heard) -> None:
        self._connection = connection
        self._events = events
        self._heard = heard

    @property
    def usage(self) -> Usage | None:
        """What the provider has told until now."""
        return self._events.usage

    @property
    def is_counted(self) -> bool:
        """Whether that is all there was to tell."""
        return self._events.is_counted

    async def read(self) -> None:
        """Read until the end, which may be a bad one, but not for ever."""
        events, most = self._events, self._heard.total + _MOST_BYTES
        try:
            while not (events.is_done or events.is_failed) and self._heard.total < most:
                data = await self._connection.read()
                self._heard.take(data)
                if data:
                    events.feed(data)
                else:
                    events.close()
        except UpstreamFailure:
            return

    def close(self) -> None:
        """Give the connection back when the answer came to its end; otherwise stop the provider by closing it."""
        if self._events.is_done:
            self._connection.release()
        else:
            self._connection.abort()


@dataclass(frozen=True, slots=True)
class Uncounted:
    """What there is to find out from how much a call used."""

    heard: Heard
    rest: Rest | None = None
    """Where the provider may still tell."""
