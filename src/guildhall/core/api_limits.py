"""API limits: how often one person, or one address where nobody has signed in, may call the product's own API."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from guildhall.core.addresses import neighbourhood
from guildhall.core.limits import Charge, Limit, Limiter, too_many
from guildhall.core.middleware import AsgiApp, Message, Receive, Scope, Send, address_of, refuse

_PREFIX = "/api/v1/"
_SECONDS = 60.0


@dataclass(frozen=True)
class Rates:
    """Calls a minute."""

    of_person: int
    of_address: int


class ApiLimits:
    """The ASGI layer that charges each call, says what is left, and refuses with the seconds to wait."""

    def __init__(
        self,
        app: AsgiApp,
        limiter: Limiter,
        rates: Callable[[], Rates],
        person_of: Callable[[list[tuple[bytes, bytes]]], str | None],
    ) -> None:
        """`person_of` tells who calls by the headers of a request; None for whoever is not known."""
        self._app = app
        self._limiter = limiter
        self._rates = rates
        self._person_of = person_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return
        charge = self._charge(scope)
        decision = await self._limiter.take([charge])
        limit = charge.limit
        # Until everything is there again: what is missing, at the pace at which it comes back.
        reset = decision.wait_seconds or (limit.count - decision.remaining) * limit.interval
        headers = [
            (b"x-ratelimit-limit", b"%d" % limit.count),
            (b"x-ratelimit-remaining", b"%d" % decision.remaining),
            (b"x-ratelimit-reset", b"%d" % math.ceil(reset)),
        ]

        async def send_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        if decision.is_allowed:
            await self._app(scope, receive, send_limits)
        else:
            await refuse(scope, receive, send_limits, too_many(decision.wait_seconds))

    def _charge(self, scope: Scope) -> Charge:
        rates = self._rates()
        person = self._person_of(scope["headers"])
        if person is not None:
            return Charge(f"api:person:{person}", Limit(rates.of_person, _SECONDS))
        return Charge(f"api:address:{neighbourhood(address_of(scope))}", Limit(rates.of_address, _SECONDS))
