"""The recorder writes every row once, in the background, and counts what it cannot keep."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from guildhall.core.errors import UnavailableError
from guildhall.edge.call import Call, Caller, CallRow
from guildhall.edge.endpoints import CHAT
from guildhall.edge.figures import Figures
from guildhall.edge.recorder import Recorder
from guildhall.edge.spool import Spool, SpoolFullError


class Store:
    """A database that can be in trouble."""

    def __init__(self) -> None:
        self.rows: list[CallRow] = []
        self.is_down = False

    async def __call__(self, rows: Sequence[CallRow]) -> None:
        if self.is_down:
            raise UnavailableError("database_busy", "The database is busy.")
        self.rows.extend(rows)


def ended(status: int = 200) -> Call:
    call = Call(CHAT)
    call.caller = Caller("us_1", "key_1")
    call.attempts = 1
    call.ended(status)
    return call


async def test_rows_are_written_within_the_interval() -> None:
    store = Store()
    recorder = Recorder(store, Figures(), interval=0.01)
    recorder.start()
    recorder.record(ended())
    await asyncio.sleep(0.1)
    assert len(store.rows) == 1
    await recorder.stop()


async def test_a_full_batch_does_not_wait_for_the_interval() -> None:
    store = Store()
    recorder = Recorder(store, Figures(), interval=60, batch=10)
    recorder.start()
    await asyncio.sleep(0)
    for _ in range(10):
        recorder.record(ended())
    await asyncio.sleep(0.05)
    assert len(store.rows) == 10
    await recorder.stop()


async def test_stopping_writes_what_is_left() -> None:
    store = Store()
    recorder = Recorder(store, Figures(), interval=60, batch=7)
    recorder.start()
    for _ in range(100):
        recorder.record(ended())
    await recorder.stop()
    assert len(store.rows) == 100


async def test_rows_wait_while_the_database_is_in_trouble_and_are_written_once() -> None:
    store = Store()
    store.is_down = True
    recorder = Recorder(store, Figures(), interval=0.01, retry_seconds=(0.01, 0.02))
    recorder.start()
    for _ in range(5):
        recorder.record(ended())
    await asyncio.sleep(0.1)
    assert (len(recorder), store.rows) == (5, [])
    store.is_down = False
    await asyncio.sleep(0.1)
    await recorder.stop()
    assert len({row[0] for row in store.rows}) == len(store.rows) == 5


async def test_each_call_that_has_ended_is_heard_of_once_whether_it_can_be_stored_or_not() -> None:
    store, heard = Store(), list[object]()
    store.is_down = True
    recorder = Recorder(store, Figures(), interval=0.01, batch=7, retry_seconds=(0.01, 0.02))
    recorder.on_ended = lambda rows, _failures: heard.extend(row[0] for row in rows)
    recorder.start()
    calls = [ended() for _ in range(60)]
    for number, call in enumerate(calls):
        recorder.record(call)
        if number % 9 == 0:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert heard == [call.id for call in calls]
    store.is_down = False
    for call in (later := [ended() for _ in range(20)]):
        recorder.record(call)
    await recorder.stop()
    assert heard == [row[0] for row in store.rows] == [call.id for call in [*calls, *later]]


async def test_what_no_longer_fits_is_counted() -> None:
    figures = Figures()
    recorder = Recorder(Store(), figures, limit=3)
    for _ in range(5):
        recorder.record(ended())
    assert (len(recorder), recorder.dropped) == (3, 2)
    registry = CollectorRegistry()
    registry.register(figures)
    exposed = generate_latest(registry).decode()
    assert "guildhall_call_log_dropped 2.0" in exposed
    assert 'guildhall_calls_total{endpoint="/v1/chat/completions",status="200"} 5.0' in exposed


async def test_calls_by_nobody_known_are_counted_but_leave_no_row() -> None:
    recorder = Recorder(Store(), Figures())
    call = Call(CHAT)
    call.ended(401, "invalid_api_key")
    recorder.record(call)
    assert len(recorder) == 0


async def test_a_row_that_cannot_be_stored_holds_up_no_other() -> None:
    class Picky(Store):
        async def __call__(self, rows: Sequence[CallRow]) -> None:
            if any(row[8] == 418 for row in rows):
                raise ValueError("This can never be stored.")
            await super().__call__(rows)

    store = Picky()
    recorder = Recorder(store, Figures(), interval=0.01)
    recorder.start()
    for status in (200, 418, 200, 418, 201):
        recorder.record(ended(status))
    await asyncio.sleep(0.1)
    recorder.record(ended(202))
    await asyncio.sleep(0.1)
    assert [row[8] for row in store.rows] == [200, 200, 201, 202]
    assert (recorder.stored, recorder.dropped, len(recorder)) == (4, 2, 0)
    await recorder.stop()


async def test_what_the_database_cannot_take_waits_on_disk_and_is_stored_by_the_next_process(tmp_path: Path) -> None:
    store = Store()
    store.is_down = True
    first = Recorder(store, Figures(), interval=0.01, batch=10, limit=50, spool=Spool(tmp_path))
    first.start()
    calls = [ended() for _ in range(35)]
    calls[0].failures = (("call", 1, "ch", None, "m", "status", 500, 9, 9, "no"),)
    for call in calls:
        first.record(call)
    await asyncio.sleep(0.1)
    assert len(first) == 5, "all but a fifth of the limit, in whole batches"
    await first.stop(seconds=0.05)
    assert (len(store.rows), first.dropped, Spool(tmp_path).waiting()) == (0, 0, 35)
    store.is_down = False
    second = Recorder(store, Figures(), interval=0.01, batch=10, spool=Spool(tmp_path))
    second.start()
    await asyncio.sleep(0.3)
    await second.stop()
    assert [row[0] for row in store.rows] == [call.id for call in calls]
    assert all(isinstance(row, tuple) for row in store.rows)
    assert (Spool(tmp_path).waiting(), second.failures) == (0, {})


def test_a_batch_on_disk_is_held_by_one_and_stays_until_it_is_done(tmp_path: Path) -> None:
    spool, other = Spool(tmp_path), Spool(tmp_path)
    spool.put([ended().row()], {})
    held = spool.take()
    assert held is not None
    assert other.take() is None
    held.leave()
    again = other.take()
    assert again is not None
    again.done()
    assert (spool.take(), spool.waiting()) == (None, 0)


def test_a_full_spool_says_so_and_one_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    with pytest.raises(SpoolFullError):
        Spool(tmp_path, most_bytes=10).put([ended().row()], {})
    (tmp_path / "calls-1-1-1-1.msgpack").write_bytes(b"\x93\x01")
    with pytest.raises(ValueError, match="cannot be read"):
        Spool(tmp_path).take()
    assert Spool(tmp_path).take() is None


async def test_where_neither_database_nor_disk_has_room_rows_are_counted_as_lost(tmp_path: Path) -> None:
    store = Store()
    store.is_down = True
    recorder = Recorder(store, Figures(), interval=0.01, limit=20, spool=Spool(tmp_path, most_bytes=10))
    recorder.start()
    for _ in range(25):
        recorder.record(ended())
    await asyncio.sleep(0.05)
    await recorder.stop(seconds=0.05)
    assert recorder.dropped == 25
