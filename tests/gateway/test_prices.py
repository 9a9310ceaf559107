"""Prices over HTTP: added, never changed; files that go out and come in; every change in the audit log."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.services.product import Running

pytestmark = pytest.mark.slow

PRICES = "/api/v1/gateway/prices"
RATES = {"input": 1_000_000_000, "output": 2_000_000_000}


def name() -> str:
    """A model like no other, with what names of models have in them."""
    return f"vendor/{new_id('m')}:free"


async def of(admin: httpx.AsyncClient, model: str) -> dict[str, Any]:
    """The prices of one model."""
    (found,) = (await admin.get(PRICES, params={"model": model})).json()["items"]
    return found  # type: ignore[no-any-return]


async def send(
    admin: httpx.AsyncClient, content: str, *, dry_run: bool = False, kind: str = "text/csv"
) -> httpx.Response:
    """Import a file."""
    params = {"dry_run": dry_run}
    return await admin.post(f"{PRICES}/import", params=params, content=content, headers={"content-type": kind})


async def test_a_price_holds_from_its_moment_on(admin: httpx.AsyncClient) -> None:
    model, moment = name(), datetime.now(UTC)
    for days, rate in ((-10, 1), (-5, 2), (5, 3)):
        since = (moment + timedelta(days=days)).isoformat()
        made = await admin.post(PRICES, json={"model": model, "since": since, "rates": {"input": rate}})
        assert made.status_code == 201, made.text
    found = await of(admin, model)
    assert found["current"]["rates"]["input"] == 2
    assert [price["rates"]["input"] for price in found["history"]] == [3, 2, 1]
    assert {price["currency"] for price in found["history"]} == {"USD"}


async def test_a_price_is_never_changed(admin: httpx.AsyncClient) -> None:
    body = {"model": name(), "since": "2026-01-01T00:00:00Z", "rates": RATES}
    assert (await admin.post(PRICES, json=body)).status_code == 201
    again = await admin.post(PRICES, json=body | {"rates": {"input": 5}})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "price_exists")
    found = await of(admin, str(body["model"]))
    assert [price["rates"]["input"] for price in found["history"]] == [RATES["input"]]


async def test_a_new_price_is_in_the_audit_log(admin: httpx.AsyncClient) -> None:
    model = name()
    await admin.post(PRICES, json={"model": model, "rates": RATES})
    (entry,) = (await admin.get("/api/v1/audit", params={"target": f"price:{model}"})).json()["items"]
    assert (entry["action"], entry["after"]["rates"], entry["after"]["currency"]) == ("price.created", RATES, "USD")


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": ""}, {"model": "x" * 201}, {"model": "nul\x00"}, {"model": "a\u202eb"}, {"rates": {}},
        {"rates": None},
        {"rates": {"input": -1}}, {"rates": {"input": 0.5}}, {"rates": {"input": 10**17}}, {"rates": {"input": "1"}},
        {"rates": {"input": True}}, {"rates": {"input": 10**400}}, {"rates": {"what": 1}},
        {"rates": {"input": 1, "tiers": [{"above": 0}]}},
        {"rates": {"input": 1, "tiers": [{"above": 5}, {"above": 4}]}},
        {"rates": {"input": 1, "tiers": [{"above": number + 1} for number in range(9)]}},
        {"since": "1999-01-01T00:00:00Z"}, {"since": "9999-12-31T23:59:59-12:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "2026-01-01T00:00:00"}, {"since": "soon"}, {"since": 1e300}, {"unknown": 1},
    ],
)  # fmt: skip
async def test_a_price_that_makes_no_sense_is_a_400(admin: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await admin.post(PRICES, json={"model": "m", "rates": RATES} | wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_not_a_number_is_not_json(admin: httpx.AsyncClient) -> None:
    content = '{"model": "m", "rates": {"input": NaN}}'
    answer = await admin.post(PRICES, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    answer = await send(admin, f"[{content}]", kind="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_price_file")


async def test_prices_come_page_by_page_and_every_model_once(admin: httpx.AsyncClient) -> None:
    made = {name() for _ in range(3)}
    for model in made:
        await admin.post(PRICES, json={"model": model, "rates": RATES})
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await admin.get(PRICES, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["model"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert made <= set(seen)


async def test_a_file_is_tried_first_and_then_added_as_a_whole(admin: httpx.AsyncClient) -> None:
    first, second = name(), name()
    content = f"model,since,input,output\n{first},2026-01-01T00:00:00Z,1,2\n{second},,0.15,\n"
    tried = (await send(admin, content, dry_run=True)).json()
    assert (tried["applied"], tried["added"], tried["unchanged"], tried["problem_count"]) == (False, 2, 0, 0)
    assert tried["models"] == [first, second]
    assert (await admin.get(PRICES, params={"model": first})).json()["items"] == []
    assert (await send(admin, content)).json() == tried | {"applied": True}
    assert (await of(admin, second))["current"]["rates"]["input"] == 150_000_000
    again = (await send(admin, content)).json()
    assert (again["added"], again["unchanged"]) == (0, 2)


async def test_a_file_with_one_wrong_line_adds_nothing(admin: httpx.AsyncClient) -> None:
    model = name()
    await admin.post(PRICES, json={"model": model, "since": "2026-01-01T00:00:00Z", "rates": RATES})
    lines = [
        "model,since,input", f"{name()},,1", f"{model},2026-01-01T00:00:00Z,9", "twice,2026-02-01T00:00:00Z,1",
        "twice,2026-02-01T01:00:00+01:00,1", "odd,,abc",
    ]  # fmt: skip
    tried = (await send(admin, "\n".join(lines), dry_run=True)).json()
    assert [problem["line"] for problem in tried["problems"]] == [3, 5, 6]
    refused = await send(admin, "\n".join(lines))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_prices")
    assert refused.json()["error"]["details"]["problems"] == tried["problems"]
    assert (await admin.get(PRICES, params={"model": "twice"})).json()["items"] == []


async def test_ten_thousand_wrong_lines_are_counted_and_a_hundred_told(admin: httpx.AsyncClient) -> None:
    tried = (await send(admin, "model,input\n" + "m,x\n" * 10_000, dry_run=True)).json()
    assert (tried["problem_count"], len(tried["problems"])) == (10_000, 100)
    refused = await send(admin, "model,input\n" + "m,1\n" * 10_001)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_price_file")


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_what_is_exported_can_be_imported_and_is_there_already(admin: httpx.AsyncClient, form: str) -> None:
    odd = f"@cf/{new_id('m')}"
    tiers = [{"above": 200_000, "input": 3, "output": 4}]
    for model in (odd, name()):
        await admin.post(PRICES, json={"model": model, "rates": RATES | {"tiers": tiers, "per_call": 7}})
    exported = await admin.get(f"{PRICES}/export", params={"format": form})
    assert f"prices.{form}" in exported.headers["content-disposition"]
    if form == "csv":
        cells = [cell for line in csv.reader(io.StringIO(exported.text)) for cell in line]
        assert f"'{odd}" in cells
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    kind = "text/csv" if form == "csv" else "application/json"
    again = (await send(admin, exported.text, kind=kind)).json()
    assert (again["added"], again["problem_count"]) == (0, 0)
    assert again["unchanged"] >= 2
    current = await admin.get(f"{PRICES}/export", params={"format": form, "which": "current"})
    assert (await send(admin, current.text, kind=kind)).json()["problem_count"] == 0


async def test_in_another_currency_old_prices_rest_and_the_list_is_converted(
    admin: httpx.AsyncClient, server: Running
) -> None:
    model, document = name(), "/api/v1/configuration/money"
    await admin.post(PRICES, json={"model": model, "rates": RATES})
    found = (await admin.get(document)).json()
    value = {"currency": "CNY", "per_usd": "7.1234"}
    changed = await admin.put(document, json={"revision": found["revision"], "value": value})
    assert changed.status_code == 200, changed.text
    try:
        assert (await of(admin, model))["current"] is None
        new = await admin.post(PRICES, json={"model": model, "rates": RATES})
        assert new.json()["currency"] == "CNY"
        assert (await of(admin, model))["current"]["currency"] == "CNY"
        refused = (await send(admin, f"model,currency,input\n{model},USD,1\n", dry_run=True)).json()
        assert refused["problems"][0]["message"] == "currency: must be CNY, which is the hall's"
    finally:
        revision = changed.json()["revision"]
        await admin.post(f"{document}/reset", json={"revision": revision})


@pytest.mark.parametrize(
    "wrong", [{"currency": "usd"}, {"currency": "€"}, {"per_usd": "0.0"}, {"per_usd": "-1"}, {"per_usd": "7,1"}]
)
async def test_money_that_makes_no_sense_is_refused(admin: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    found = (await admin.get("/api/v1/configuration/money")).json()
    body = {"revision": found["revision"], "value": found["value"] | wrong}
    answer = await admin.put("/api/v1/configuration/money", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_configuration")


async def test_prices_are_for_admins(member: httpx.AsyncClient) -> None:
    for call in (
        member.get(PRICES),
        member.post(PRICES, json={"model": "m", "rates": RATES}),
        send(member, "model,input\nm,1"),
        member.get(f"{PRICES}/export"),
        member.get("/api/v1/gateway/catalog"),
        member.get("/api/v1/gateway/models/some/model"),
        member.put("/api/v1/gateway/models/some/model", json={}),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "admin_only")
