"""Every client does, through every kind of provider, what docs/reference/compatibility.md says it does."""

from collections.abc import Awaitable, Callable

import pytest

from tests.clients.book import Book
from tests.clients.capabilities import Capability, Kind
from tests.clients.catalogue import Client, cases
from tests.clients.conftest import Hall
from tests.clients.line import Line
from tests.gateway.providers import Simulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("client", "capability", "kind"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1].name}-{case[2]}") for case in cases()],
)
async def test_a_client_does_what_the_page_says(
    line: Callable[[Client], Awaitable[Line]],
    hall: Hall,
    book: Book,
    provider: Simulator,
    client: Client,
    capability: Capability,
    kind: Kind,
) -> None:
    told = await (await line(client)).ask(
        do=capability.do,
        model="nothing-of-that-name" if capability.is_unknown else f"hall-{kind}{capability.channel}",
        text=capability.text,
        key="gh-nobodys" if capability.is_stranger else hall.key,
        timeout=capability.timeout,
    )
    book.outcome(client, capability, kind, capability.judge(kind, told))
    await provider.is_left_with(0)
