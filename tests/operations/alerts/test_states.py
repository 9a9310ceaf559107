"""When alerts begin, fire, are told again and are over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guildhall.operations.alerts.states import Condition, Standing, Step, advance

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULE = Condition("above", 10, for_seconds=60, repeat_seconds=300)


def looks(condition: Condition, values: list[float | None], elapsed: float = 10, now: datetime = NOW) -> list[Step]:
    """Every step of a series of looks."""
    steps, standing = [], None
    for value in values:
        step = advance(condition, standing, value, elapsed=elapsed, now=now)
        steps.append(step)
        standing = step.standing
    return steps


def test_an_alert_is_pending_until_the_condition_has_held_for_long_enough() -> None:
    steps = looks(RULE, [11] * 8)
    assert [step.standing and step.standing.state for step in steps] == ["pending"] * 6 + ["firing"] * 2
    assert [step.tell for step in steps] == [None] * 6 + ["fired", None]


def test_a_condition_that_stops_in_time_tells_nobody() -> None:
    assert [step.tell for step in looks(RULE, [11, 11, 9, 11, 9])] == [None] * 5


def test_without_a_delay_it_fires_at_once() -> None:
    assert advance(Condition("above", 10), None, 11, elapsed=10, now=NOW).tell == "fired"


def test_the_threshold_itself_is_no_reason() -> None:
    assert advance(Condition("above", 10), None, 10, elapsed=10, now=NOW).standing is None
    assert advance(Condition("below", 10), None, 10, elapsed=10, now=NOW).standing is None
    assert advance(Condition("below", 10), None, 9, elapsed=10, now=NOW).tell == "fired"


def test_what_was_told_is_told_to_be_over() -> None:
    steps = looks(Condition("above", 10), [11, 11, 9, 9])
    assert [step.tell for step in steps] == ["fired", None, "resolved", None]
    assert steps[-1].standing is None


def test_a_subject_that_is_gone_is_over() -> None:
    assert looks(Condition("above", 10), [11, None])[-1] == Step(None, "resolved")


def test_it_is_repeated_until_somebody_acknowledges() -> None:
    condition = Condition("above", 10, repeat_seconds=30)
    steps = looks(condition, [11] * 8)
    assert [step.tell for step in steps] == ["fired", None, None, "repeated", None, None, "repeated", None]
    known = Standing("firing", untold_seconds=1000, is_told=True, is_acknowledged=True)
    assert advance(condition, known, 11, elapsed=10, now=NOW).tell is None
    assert advance(condition, known, 9, elapsed=10, now=NOW).tell == "resolved"


def test_a_silence_tells_nobody_and_ends_by_itself() -> None:
    silent = Condition("above", 10, silenced_until=NOW + timedelta(hours=1))
    firing = advance(silent, None, 11, elapsed=10, now=NOW)
    assert (firing.standing and firing.standing.state, firing.tell) == ("firing", None)
    later = NOW + timedelta(hours=2)
    assert advance(silent, firing.standing, 11, elapsed=10, now=later).tell == "fired"
    assert advance(silent, firing.standing, 9, elapsed=10, now=later) == Step(None)


def test_a_disabled_rule_is_over() -> None:
    assert advance(Condition("above", 10, enabled=False), Standing("firing", is_told=True), 11, elapsed=1, now=NOW) == (
        Step(None, "resolved")
    )


_values = st.lists(st.one_of(st.none(), st.floats(-20, 40)), max_size=60)
_conditions = st.builds(
    Condition,
    st.sampled_from(["above", "below"]),
    st.floats(-10, 30),
    for_seconds=st.sampled_from([0.0, 15.0, 60.0]),
    repeat_seconds=st.sampled_from([0.0, 30.0]),
)


@given(_conditions, _values, st.lists(st.integers(-(10**9), 10**9), min_size=60, max_size=60))
def test_jumps_of_the_clock_change_nothing(condition: Condition, values: list[float | None], jumps: list[int]) -> None:
    steady = looks(condition, values)
    standing, jumping = None, []
    for value, jump in zip(values, jumps, strict=False):
        step = advance(condition, standing, value, elapsed=10, now=NOW + timedelta(seconds=jump))
        jumping.append(step)
        standing = step.standing
    assert jumping == steady


@given(_conditions, _values, st.floats(0, 1000))
def test_people_hear_of_every_alert_once_and_of_its_end_once(
    condition: Condition, values: list[float | None], elapsed: float
) -> None:
    told = [step.tell for step in looks(condition, values, elapsed) if step.tell]
    is_known = False
    for word in told:
        assert is_known == (word != "fired")
        is_known = word != "resolved"


@given(_conditions, _values, st.floats(0, 100))
def test_nothing_fires_that_has_not_held_for_long_enough(
    condition: Condition, values: list[float | None], elapsed: float
) -> None:
    held = 0
    for value, step in zip(values, looks(condition, values, elapsed), strict=True):
        held = held + 1 if condition.holds(value) else 0
        if step.standing and step.standing.state == "firing":
            assert (held - 1) * elapsed >= condition.for_seconds * 0.999999


@given(st.floats(-1e6, 0))
def test_time_never_runs_backwards(elapsed: float) -> None:
    standing = Standing("pending", held_seconds=30)
    step = advance(RULE, standing, 11, elapsed=elapsed, now=NOW)
    assert step.standing == standing
