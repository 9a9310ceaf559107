"""The keeper of responses while its database is in trouble, and the tape of responses that break off."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson

from guildhall.core.clock import now
from guildhall.core.errors import UnavailableError
from guildhall.gateway.response_keeper import ResponseKeeper, Row
from guildhall.gateway.response_tape import Tape
from tests.gateway.providers import eventually


class Shelf:
    """A database that fails as it is told."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.is_away = False
        self.refused = ""

    async def __call__(self, rows: Sequence[Row]) -> None:
        """Store rows, all or none."""
        if self.is_away:
            raise UnavailableError("database_unavailable", "Away.")
        if any(row["id"] == self.refused for row in rows):
            raise ValueError("This one never.")
        self.kept += [row["id"] for row in rows]


def row(name: str, size: int = 10) -> dict[str, Any]:
    """A response of this id."""
    columns = {"model": "m", "channel_id": None, "key_id": None, "previous_id": None, "status": "completed"}
    return {"id": name, "user_id": "us_1", **columns, "input": "[]", "body": "x" * size, "created_at": now()}


async def test_a_response_waits_while_the_database_is_away_and_is_found_meanwhile() -> None:
    shelf = Shelf()
    shelf.is_away = True
    keeper = ResponseKeeper(shelf, retry_seconds=0.01, wait_seconds=0.05)
    keeper.start()
    keeper.keep(row("resp_1"))
    await keeper.settle("resp_1")
    assert keeper.waiting("us_1", "resp_1") is not None
    assert keeper.waiting("us_2", "resp_1") is None
    shelf.is_away = False
    async with asyncio.timeout(2):
        await keeper.settle("resp_1")
        await eventually(lambda: _is(shelf.kept == ["resp_1"]))
    assert keeper.waiting("us_1", "resp_1") is None
    await keeper.stop()
    assert keeper.dropped == 0


async def test_one_that_is_never_taken_does_not_hold_up_the_others() -> None:
    shelf = Shelf()
    shelf.refused = "resp_2"
    keeper = ResponseKeeper(shelf)
    for number in range(1, 4):
        keeper.keep(row(f"resp_{number}"))
    keeper.start()
    await keeper.settle("resp_3")
    assert (shelf.kept, keeper.dropped, len(keeper)) == (["resp_1", "resp_3"], 1, 0)
    await keeper.stop()


async def test_what_waits_at_the_end_is_written() -> None:
    shelf = Shelf()
    keeper = ResponseKeeper(shelf)
    keeper.start()
    for number in range(500):
        keeper.keep(row(f"resp_{number}"))
    await keeper.stop()
    assert len(shelf.kept) == 500


async def test_what_does_not_fit_is_counted() -> None:
    shelf = Shelf()
    shelf.is_away = True
    keeper = ResponseKeeper(shelf)
    for number in range(4):
        keeper.keep(row(f"resp_{number}", 20 * 1024 * 1024))
    assert (len(keeper), keeper.dropped) == (3, 1)
    keeper.start()
    await keeper.stop(0.1)
    assert keeper.dropped == 4


async def _is(so: bool) -> bool:
    return so


def event(kind: str, **fields: Any) -> bytes:
    """An event as providers write them."""
    return f"event: {kind}\n".encode() + b"data: " + orjson.dumps({"type": kind, **fields}) + b"\n\n"


BEGUN = event("response.created", response={"id": "resp_1", "status": "in_progress", "output": []})
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}


def test_a_tape_has_what_was_said_until_it_broke_off() -> None:
    tape = Tape()
    done = MESSAGE | {"status": "completed", "content": [{"type": "output_text", "text": "First."}]}
    tape.hear(BEGUN + event("response.output_item.added", item=MESSAGE))
    tape.hear(event("response.output_text.delta", delta="First."))
    tape.hear(event("response.output_item.done", item=done))
    tape.hear(event("response.output_item.added", item=MESSAGE | {"id": "msg_2"}))
    for words in ("The word ", '"response.completed"', " is said"):
        tape.hear(event("response.output_text.delta", delta=words))
    kept = tape.response("failed", "It broke.")
    assert (kept["id"], kept["status"], kept["error"]["message"]) == ("resp_1", "failed", "It broke.")
    assert [item["id"] for item in kept["output"]] == ["msg_1", "msg_2"]
    assert kept["output"][1]["content"][0]["text"] == 'The word "response.completed" is said'
    assert kept["output"][1]["status"] == "incomplete"


def test_half_a_call_is_not_kept_and_the_end_counts() -> None:
    tape = Tape()
    tape.hear(BEGUN + event("response.output_item.added", item={"type": "function_call", "id": "fc_1"}))
    tape.hear(event("response.function_call_arguments.delta", delta='{"ci'))
    assert tape.response("incomplete", None)["output"] == []
    tape.hear(event("response.completed", response={"id": "resp_1", "status": "completed", "output": [1]}))
    assert tape.response("incomplete", None) == {"id": "resp_1", "status": "completed", "output": [1]}


def test_a_tape_survives_nonsense() -> None:
    tape = Tape()
    for events in (b"data: response.created {\n\n", b'data: ["response.created"]\n\n', b"\xff response.failed\n\n",
                   b'data: {"type":7,"x":"response.failed"}\n\n', event("response.created", response=3)):  # fmt: skip
        tape.hear(events)
    assert (tape.head, tape.last) == ({}, None)
