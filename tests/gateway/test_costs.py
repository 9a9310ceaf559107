"""What calls cost is found out when they are stored: by the price of their time, of the model that answered."""

from collections.abc import Sequence

import httpx
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from guildhall.core.guard import Origin
from guildhall.core.ids import new_id
from guildhall.edge.call import Call, Caller, CallRow, Target
from guildhall.edge.endpoints import CHAT
from guildhall.edge.tables import Call as StoredCall
from guildhall.edge.tables import CallStat
from guildhall.edge.usage import Usage
from guildhall.gateway.catalog import Entry, Said, Serving, place_of
from guildhall.gateway.costs import priced
from guildhall.gateway.price_book import PriceList, Quote
from guildhall.gateway.pricing import Rates
from tests.gateway.providers import Simulator, channel, eventually
from tests.services.product import Running

PRICES = "/api/v1/gateway/prices"
ORIGIN = Origin("https", "example.org", 443, private=False)
LISTED = PriceList(
    (100, 200),
    (
        Quote("pr_1", Rates(input=10**9, output=10**9), 100, "entered", "USD"),
        Quote("pr_2", Rates(input=10**9), 200, "entered", "USD"),
    ),
    None,
)


def row(at: int = 150, *, usage: Usage | None = None, status: int = 200, upstream: str | None = "up") -> CallRow:
    """A call before it is stored."""
    call = Call(CHAT)
    call.at, call.model, call.usage, call.caller = at, "m", usage, Caller("us_1", None)
    call.target = Target("ch_1", ORIGIN, "", {}, upstream) if upstream else None
    call.ended(status)
    return call.row()


def money(rows: Sequence[CallRow], listed: PriceList = LISTED) -> list[tuple[object, object]]:
    return [(each[23], each[24]) for each in priced(rows, lambda *_: listed)]


def test_a_call_has_the_price_of_its_time() -> None:
    usage = Usage(3, 0, 0, 0)
    assert money([row(99, usage=usage), row(100, usage=usage), row(199, usage=usage), row(200, usage=usage)]) == [
        (None, None),
        (3000, "pr_1"),
        (3000, "pr_1"),
        (3000, "pr_2"),
    ]


def estimated(status: int = 200) -> CallRow:
    """A call whose usage nobody counted."""
    plain = row(usage=Usage(3, 0, 5, 0), status=status)
    return (*plain[:17], True, *plain[18:])


def test_an_estimate_costs_what_tokens_cost_or_what_a_call_costs() -> None:
    def listed(rates: Rates) -> PriceList:
        return PriceList((100,), (Quote("pr_1", rates, 100, "entered", "USD"),), None)

    assert money([estimated(), estimated(502)]) == [(8000, "pr_1")] * 2
    assert money([estimated()], listed(Rates(input=0, output=0))) == [(0, "pr_1")]
    assert money([estimated()], listed(Rates(input=0, output=0, per_call=7))) == [(7, "pr_1")]
    assert money([estimated()], listed(Rates(per_call=7))) == [(7, "pr_1")]
    assert money([estimated(502)], listed(Rates(per_call=7))) == [(None, None)]
    assert money([estimated()], listed(Rates(input=10**9))) == [(None, None)]


def test_what_is_not_known_or_was_not_used_has_no_cost() -> None:
    output = Usage(0, 0, 5, 0)
    rows = [
        row(250, usage=output),
        row(),
        row(usage=Usage(0, 0, 0, 0)),
        row(status=502),
        row(upstream=None, status=404),
    ]
    assert money(rows) == [(None, None)] * 5


def test_a_price_by_the_call_needs_no_usage_but_an_answer() -> None:
    listed = PriceList((0,), (Quote("pr_1", Rates(per_call=7), 0, "entered", "USD"),), None)
    assert money([row(), row(status=400)], listed) == [(7, "pr_1"), (None, None)]


numbers = st.integers(0, 2**31 - 1)


@given(st.none() | st.builds(Usage, numbers, numbers, numbers, numbers, numbers), st.sampled_from([200, 404, 499, 502]))
def test_everything_else_of_a_row_stays(usage: Usage | None, status: int) -> None:
    before = row(usage=usage, status=status)
    (after,) = priced([before], lambda *_: LISTED)
    assert after[:23] == before[:23]
    assert (after[23] is None) == (after[24] is None)


def test_a_fallback_is_priced_as_itself() -> None:
    def entry(name: str, upstream: str, *fallbacks: str) -> Entry:
        serving = Serving("ch_1", "one", "openai", enabled=True, upstream_model=upstream)
        return Entry(name, Said(fallbacks=fallbacks), None, (serving,))

    catalog = {each.name: each for each in (entry("a", "up-a", "b"), entry("b", "up-b"), entry("c", "up-c"))}
    assert place_of(catalog, "ch_1", "a", "up-a") == ("a", "up-a", "openai")
    assert place_of(catalog, "ch_1", "a", "up-b") == ("b", "up-b", "openai")
    assert place_of(catalog, "ch_1", "a", "up-c") == ("a", "up-c", "custom")
    assert place_of(catalog, "ch_gone", "z", "up") == ("z", "up", "custom")


async def stored(server: Running, model: str) -> Sequence[StoredCall]:
    """The calls of a model, in order of time."""
    async with server.app.hall.db.read() as session:
        statement = select(StoredCall).where(StoredCall.model == model).order_by(StoredCall.at)
        return (await session.scalars(statement)).all()


async def called(server: Running, raw: httpx.AsyncClient, model: str, number: int) -> Sequence[StoredCall]:
    """Call once more, and wait until there are so many calls."""
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    assert (await raw.post("/v1/chat/completions", json=body)).status_code == 200

    async def is_stored() -> bool:
        return len(await stored(server, model)) == number

    await eventually(is_stored, 10)
    return await stored(server, model)


async def test_a_call_keeps_its_cost_whatever_the_model_costs_later(
    server: Running, admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    name = new_id("m")
    made = (await admin.post("/api/v1/gateway/channels", json=channel(name, simulator.url, name))).json()
    calls = await called(server, raw, name, 1)
    ids = []
    for rate in (10**9, 3 * 10**9):
        answer = await admin.post(PRICES, json={"model": name, "rates": {"input": rate, "output": 2 * rate}})
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
        await server.app.hall.gateway.directory.catch_up()
        calls = await called(server, raw, name, 1 + len(ids))
    assert [each.price_id for each in calls] == [None, *ids]
    units = [((each.input_tokens or 0) + 2 * (each.output_tokens or 0)) * 1000 for each in calls]
    assert [each.cost_nano for each in calls] == [None, units[1], 3 * units[2]]
    async with server.app.hall.db.read() as session:
        stats = (await session.scalars(select(CallStat).where(CallStat.channel_id == made["id"]))).all()
    assert sum(each.cost_nano for each in stats) == units[1] + 3 * units[2]
    assert (sum(each.calls for each in stats), sum(each.unpriced for each in stats)) == (3, 1)
