"""Prompts and answers are kept when an admin asks for it, masked, unless the caller objects; every look is audited."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry, generate_latest

from guildhall.core.db import Database
from guildhall.edge import call_queries
from guildhall.edge.capture import CapturePlan, Capturer
from guildhall.edge.figures import Figures
from guildhall.gateway.body_keeper import BodyKeeper
from guildhall.gateway.capture_policy import CapturePolicy
from guildhall.gateway.completions import CompletionRequest
from tests.gateway.providers import Simulator, eventually
from tests.gateway.test_calls import CALLS, CHAT, ask, served_by
from tests.gateway.test_sdk import said
from tests.services.product import Running

pytestmark = pytest.mark.slow  # they wait for what is written in the background

CAPTURE = "/api/v1/configuration/capture"


async def configured(admin: httpx.AsyncClient, server: Running, **wanted: Any) -> None:
    """Change the document, and wait until it is in force."""
    document = (await admin.get(CAPTURE)).json()
    body = {"revision": document["revision"], "value": CapturePolicy().model_dump(mode="json") | wanted}
    answer = await admin.put(CAPTURE, json=body)
    assert answer.status_code == 200, answer.text
    await server.app.hall.configuration.catch_up()


@pytest_asyncio.fixture
async def capturing(admin: httpx.AsyncClient, server: Running) -> AsyncIterator[None]:
    """Every call is captured while the test runs."""
    await configured(admin, server, percent=100)
    yield
    await configured(admin, server)


async def bodies(admin: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    """What was kept of a call, once it is there."""

    async def is_there() -> bool:
        return bool((await admin.get(f"{CALLS}/{call_id}")).json().get("has_bodies"))

    await eventually(is_there)
    found: dict[str, Any] = (await admin.get(f"{CALLS}/{call_id}/bodies")).json()
    return found


async def is_kept(admin: httpx.AsyncClient, server: Running, call_id: str) -> bool:
    """Whether anything was kept of a call that is stored."""

    async def is_stored() -> bool:
        return (await admin.get(f"{CALLS}/{call_id}")).status_code == 200

    await eventually(is_stored)

    async def is_done() -> bool:
        return not server.app.hall.gateway.bodies.capturer.ended

    await eventually(is_done)
    return bool((await admin.get(f"{CALLS}/{call_id}")).json()["has_bodies"])


@pytest.mark.usefixtures("capturing")
@pytest.mark.parametrize("path", [CHAT, "/v1/messages"])
@pytest.mark.parametrize("stream", [False, True])
async def test_request_and_answer_are_kept_masked_and_only_admins_see_them(
    admin: httpx.AsyncClient,
    member: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
    stream: bool,
    path: str,
) -> None:
    model = await served_by(admin, simulator.url)
    words = said("[[say=four]] for ada@example.org")
    asked = await raw.post(path, json={"model": model, "messages": words, "max_tokens": 9, "stream": stream})
    kept = await bodies(admin, asked.headers["x-request-id"])
    assert "[[say=four]] for [e-mail]" in kept["request"]
    assert kept["request_bytes"] == len(asked.request.content)
    assert (kept["answer"], kept["answer_bytes"], kept["masked"]) == (asked.text, len(asked.content), True)
    refused = await member.get(f"{CALLS}/{asked.headers['x-request-id']}/bodies")
    assert refused.status_code == 403
    assert (await member.get(f"{CALLS}/{asked.headers['x-request-id']}")).json()["has_bodies"] is False
    looks = (await admin.get("/api/v1/audit", params={"action": "call.words_seen"})).json()["items"]
    assert looks[0]["target"] == f"call:{asked.headers['x-request-id']}"


@pytest.mark.usefixtures("capturing")
async def test_a_caller_who_objects_is_obeyed(
    admin: httpx.AsyncClient, server: Running, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    for path in (CHAT, "/v1/embeddings"):
        body = {"model": model, "messages": said("[[say=ok]]"), "input": "words"}
        answer = await raw.post(path, json=body, headers={"X-Guildhall-No-Log": "body"})
        assert not await is_kept(admin, server, answer.headers["x-request-id"])


@pytest.mark.usefixtures("capturing")
async def test_calls_from_inside_are_kept_unless_they_are_private(
    admin: httpx.AsyncClient, server: Running, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    user_id = (await admin.get("/api/v1/me")).json()["id"]
    for is_private in (False, True):
        asked = CompletionRequest(model, said("[[say=inside]]"), user_id, is_private=is_private)
        async for _ in server.app.hall.gateway.completions.stream(asked):
            pass

    async def are_stored() -> bool:
        return len((await admin.get(CALLS, params={"model": model})).json()["items"]) == 2

    await eventually(are_stored)
    private, plain = (await admin.get(CALLS, params={"model": model})).json()["items"]
    assert "inside" in (await bodies(admin, plain["id"]))["answer"]
    assert not await is_kept(admin, server, private["id"])


async def test_only_failed_calls_if_so_configured_and_no_more_than_so_many_bytes(
    admin: httpx.AsyncClient, server: Running, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    await configured(admin, server, percent=100, only_failed=True, most_kilobytes=1, mask_emails=False)
    try:
        well = await ask(raw, model)
        failed = await ask(raw, model, "[[error=500]] a@b.cd " + "x" * 5000)
        kept = await bodies(admin, failed.headers["x-request-id"])
        assert not await is_kept(admin, server, well.headers["x-request-id"])
    finally:
        await configured(admin, server)
    assert (len(kept["request"]), kept["request_kept"], kept["request_bytes"] > 5000) == (1024, 1024, True)
    assert "a@b.cd" in kept["request"]
    assert '"upstream_error"' in kept["answer"]


async def test_nothing_is_kept_unless_configured(
    admin: httpx.AsyncClient, server: Running, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    answer = await ask(raw, await served_by(admin, simulator.url))
    assert not await is_kept(admin, server, answer.headers["x-request-id"])
    missing = await admin.get(f"{CALLS}/{answer.headers['x-request-id']}/bodies")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "call_body_not_found")


async def test_patterns_without_bound_are_refused(admin: httpx.AsyncClient) -> None:
    document = (await admin.get(CAPTURE)).json()
    for patterns in (["(a+)+b"], ["x" * 300], ["a{1,3}"] * 21):
        value = {**document["value"], "patterns": patterns}
        answer = await admin.put(CAPTURE, json={"revision": document["revision"], "value": value})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_configuration")


def test_what_captures_hold_is_bounded_and_counted() -> None:
    capturer = Capturer(CapturePlan(1.0, only_failed=False, most_bytes=100), most_held=450, draw=lambda: 0.5)
    first, second = capturer.begin(is_private=False), capturer.begin(is_private=False)
    assert capturer.begin(is_private=False) is None
    assert (capturer.dropped, capturer.held) == (1, 400)
    assert first is not None
    assert second is not None
    first.add(b"x" * 250)
    first.finish("call_1", "us_1", 0, 200, b"y" * 30)
    second.let_go()
    assert capturer.held == 130
    assert (capturer.ended[0].answer_bytes, len(capturer.ended[0].answer)) == (250, 100)
    capturer.plan = CapturePlan(0.4, only_failed=False, most_bytes=100)
    assert capturer.begin(is_private=False) is None


async def test_words_that_cannot_be_stored_are_counted_and_hold_up_nothing(db: Database) -> None:
    figures = Figures()
    keeper = BodyKeeper(db, lambda: CapturePolicy(percent=100), figures)
    capturer = keeper.as_configured()
    assert capturer is not None
    keeper.start()
    for call_id in ("call_" + "x" * 28, None):
        capture = capturer.begin(is_private=False)
        assert capture is not None
        capture.finish(call_id, "us_1", 0, 200, b"words")  # type: ignore[arg-type] # what no database takes

    async def is_done() -> bool:
        return not capturer.ended

    await eventually(is_done)
    await keeper.stop()
    assert (capturer.held, capturer.dropped) == (0, 2)
    registry = CollectorRegistry()
    registry.register(figures)
    assert "guildhall_call_bodies_dropped 2.0" in generate_latest(registry).decode()


async def test_words_go_with_their_speaker(db: Database) -> None:
    async with db.write() as session:
        await call_queries.add_bodies(session, [("call_w1", "us_gone", 1, b"", b"", 0, 0, 0, 0, True)])
        await call_queries.delete_bodies_of(session, "us_gone")
        assert not await call_queries.has_body(session, "call_w1")
