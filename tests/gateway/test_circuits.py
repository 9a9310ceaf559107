"""A channel that fails is left alone, longer each time, and one call at a time finds out whether it is well again."""

from collections.abc import Iterator

import pytest

from guildhall.core.guard import Origin
from guildhall.edge.call import Call, Target
from guildhall.edge.endpoints import CHAT
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.circuits import Circuits

ORIGIN = Origin("https", "example.org", 443, private=False)
A = Target("a", ORIGIN, "a", {}, "m")
OTHER_MODEL = Target("a", ORIGIN, "a", {}, "n")
BROKEN = UpstreamFailure("status", "It failed.", status=500)


class Hall:
    """Circuits with a clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0
        self.circuits = Circuits(lambda: self.now, lambda: 0.5)

    def may_ask(self, call: Call, target: Target = A, *, is_first: bool = False) -> bool:
        return self.circuits.wait(call, target, is_first=is_first) == 0

    def fail(self, times: int = 1, failure: UpstreamFailure = BROKEN, target: Target = A) -> None:
        for _ in range(times):
            self.circuits.failed(Call(CHAT), target, failure)

    def pauses(self) -> Iterator[float]:
        """How long each pause is, where every trial fails."""
        while True:
            wait = self.circuits.wait(call := Call(CHAT), A, is_first=False)
            yield wait
            self.now += wait
            assert self.may_ask(call)
            self.circuits.failed(call, A, BROKEN)
            self.circuits.left(call, A)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_third_failure_in_a_row_begins_a_pause_and_each_failed_trial_a_longer_one(hall: Hall) -> None:
    hall.fail(2)
    assert hall.may_ask(Call(CHAT))
    hall.fail()
    pauses = hall.pauses()
    assert [next(pauses) for _ in range(7)] == pytest.approx([2, 4, 8, 16, 32, 60, 60])


def test_an_answer_in_between_begins_the_count_anew(hall: Hall) -> None:
    for _ in range(5):
        hall.fail(2)
        hall.circuits.succeeded(A)
    assert hall.may_ask(Call(CHAT))


@pytest.mark.parametrize(("answered", "failed", "rests"), [(4, 5, False), (5, 5, False), (4, 6, True), (50, 20, False)])
def test_more_than_half_of_at_least_ten_calls_is_too_many(hall: Hall, answered: int, failed: int, rests: bool) -> None:
    hall.circuits.answered("a", answered)
    hall.circuits.was_failing("a", failed)
    hall.fail()
    assert hall.may_ask(Call(CHAT)) is not rests


def test_what_happened_half_a_minute_ago_does_not_count(hall: Hall) -> None:
    hall.circuits.was_failing("a", 10)
    hall.now += 30
    hall.circuits.answered("a", 4)
    hall.fail()
    assert hall.may_ask(Call(CHAT))


def test_after_the_pause_one_call_asks_and_when_it_succeeds_everybody_may(hall: Hall) -> None:
    hall.fail(3)
    first, second = Call(CHAT), Call(CHAT)
    assert not hall.may_ask(first)
    hall.now += 2
    assert hall.may_ask(first)
    assert not hall.may_ask(second)
    hall.circuits.succeeded(A)
    hall.circuits.left(first, A)
    assert hall.may_ask(second)
    assert hall.circuits.health == {}


def test_a_trial_that_finds_nothing_out_leaves_it_to_another_call(hall: Hall) -> None:
    hall.fail(3)
    hall.now += 2
    gone, other = Call(CHAT), Call(CHAT)
    assert hall.may_ask(gone)
    hall.circuits.left(other, A)  # which was not the one
    assert not hall.may_ask(other)
    hall.circuits.left(gone, A)
    assert hall.may_ask(other)


def test_a_trial_that_hangs_keeps_others_from_finding_out_for_ten_seconds_at_most(hall: Hall) -> None:
    hall.fail(3)
    hall.now += 2
    hangs, other = Call(CHAT), Call(CHAT)
    assert hall.may_ask(hangs)
    hall.now += 9
    assert not hall.may_ask(other)
    hall.now += 1
    assert hall.may_ask(other)
    hall.circuits.failed(hangs, A, BROKEN)
    hall.circuits.left(hangs, A)
    assert not hall.may_ask(Call(CHAT)), "the other is still there"
    hall.circuits.succeeded(A)
    assert hall.may_ask(Call(CHAT))


def test_what_was_asked_before_the_pause_neither_ends_it_nor_makes_it_longer(hall: Hall) -> None:
    hall.fail(3)
    hall.fail(40)
    hall.circuits.succeeded(A)
    assert hall.circuits.wait(Call(CHAT), A, is_first=False) == pytest.approx(2)


def test_where_nothing_else_is_left_one_call_at_a_time_may_ask_during_a_pause(hall: Hall) -> None:
    hall.fail(3)
    first, second = Call(CHAT), Call(CHAT)
    assert hall.may_ask(first, is_first=True)
    assert hall.circuits.wait(second, A, is_first=True) == 1
    hall.circuits.failed(first, A, BROKEN)
    hall.circuits.left(first, A)
    assert hall.may_ask(second, is_first=True)
    hall.circuits.succeeded(A)
    assert hall.may_ask(Call(CHAT))


def test_a_limit_is_for_one_model_and_ends_by_itself(hall: Hall) -> None:
    hall.fail(failure=UpstreamFailure("status", "Slow down.", status=429, retry_after="7"))
    assert hall.circuits.wait(Call(CHAT), A, is_first=False) == pytest.approx(7)
    assert hall.may_ask(Call(CHAT), OTHER_MODEL)
    hall.now += 7
    assert hall.may_ask(Call(CHAT))
    assert hall.may_ask(Call(CHAT)), "nobody has to find out"
    assert hall.circuits.resting == {}


def test_a_model_that_the_provider_does_not_know_keeps_no_other_from_being_called(hall: Hall) -> None:
    hall.fail(3, UpstreamFailure("status", "Not found.", status=404))
    assert not hall.may_ask(Call(CHAT))
    assert hall.may_ask(Call(CHAT), OTHER_MODEL)


def test_a_refused_key_rests_for_a_minute(hall: Hall) -> None:
    hall.fail(failure=UpstreamFailure("status", "Refused.", status=401))
    assert hall.circuits.wait(Call(CHAT), OTHER_MODEL, is_first=False) == 60


def test_what_is_no_longer_there_is_forgotten(hall: Hall) -> None:
    hall.fail(3)
    hall.fail(failure=UpstreamFailure("status", "Slow down.", status=429))
    hall.circuits.keep_only({"a"})
    assert set(hall.circuits.resting) == {"a", "a m"}
    hall.circuits.keep_only({"b"})
    assert hall.circuits.resting == hall.circuits.health == {}


def test_what_a_channel_did_before_it_was_well_again_does_not_count(hall: Hall) -> None:
    hall.circuits.answered("a", 5)
    hall.circuits.was_failing("a", 10)
    hall.fail()
    assert hall.may_ask(Call(CHAT), is_first=True)
    hall.circuits.succeeded(A)
    hall.fail()
    assert hall.may_ask(Call(CHAT))
