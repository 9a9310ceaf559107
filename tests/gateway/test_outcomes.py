"""What calls that have ended say: how many retries their models have, and how their channels do."""

from typing import Any

from guildhall.edge.retries import RetryBudget
from guildhall.edge.tables import Call
from guildhall.gateway.circuits import Circuits
from guildhall.gateway.outcomes import Outcomes
from guildhall.gateway.paces import Paces
from tests.gateway.test_routing import route

NAMES = {column.name: place for place, column in enumerate(Call.__table__.columns)}


def row(call_id: str, channel: str | None, status: int, model: str = "m", ttft: int | None = None) -> Any:
    made: list[Any] = [None] * len(NAMES)
    told = {"id": call_id, "channel_id": channel, "model": model, "status": status, "stream": ttft is not None}
    told |= {"ttft_us": ttft, "price_id": "m"}  # until it is stored: the provider's name of the model
    for name, value in told.items():
        made[NAMES[name]] = value
    return tuple(made)


def attempt(channel: str, status: int | None) -> Any:
    return ("", 1, channel, None, "m", "status", status, 0, 0, "")


class Heard(Circuits):
    """Circuits that write down what they are told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str, int]] = []

    def answered(self, channel_id: str, times: int) -> None:
        self.told.append(("answered", channel_id, times))

    def was_failing(self, channel_id: str, times: int) -> None:
        self.told.append(("failed", channel_id, times))


def test_calls_count_for_their_model_and_answers_and_failures_for_their_channels() -> None:
    budget, circuits = RetryBudget(), Heard()
    rows = [row(str(n), "a", 200) for n in range(100)]
    rows += [row("x", "a", 400), row("y", "b", 502), row("limited", "a", 429), row("gone", "a", 499)]
    failures = {"y": [attempt("a", 500), attempt("a", None), attempt("b", 500)], "0": [attempt("b", 429)]}
    failures["1"] = [attempt("b", 404)]
    Outcomes(budget, circuits, Paces(), lambda: 0).learn(rows, failures)
    assert sorted(circuits.told) == [
        ("answered", "a", 1),
        ("answered", "a", 100),
        ("failed", "a", 2),
        ("failed", "b", 1),
    ]
    assert sum(budget.take("m", 1) for _ in range(99)) == 21, "a fifth of 104, begun"


def test_calls_that_came_to_no_channel_count_for_nothing() -> None:
    budget, circuits = RetryBudget(), Heard()
    Outcomes(budget, circuits, Paces(), lambda: 0).learn([row(str(n), None, 404, "made-up") for n in range(1000)], {})
    assert circuits.told == []
    assert sum(budget.take("made-up", 1) for _ in range(99)) == 10


def test_the_pace_of_a_model_at_a_channel_follows_its_streams() -> None:
    paces, target = Paces(), route("a").target
    assert paces.of(target) == 0
    paces.learn([row("1", "a", 200, ttft=100_000), row("2", "a", 200), row("3", "b", 200, ttft=900_000)])
    assert paces.of(target) == 100_000
    paces.learn([row("4", "a", 200, ttft=200_000)])
    assert paces.of(target) == 110_000
    paces.learn([row(str(n), "a", 200, ttft=200_000) for n in range(60)])
    assert 199_000 < paces.of(target) <= 200_000


def test_of_more_places_than_there_can_be_those_unused_longest_are_forgotten() -> None:
    paces = Paces()
    paces.learn([row("1", "first", 200, ttft=1), *(row("x", str(n), 200, ttft=1) for n in range(10_000))])
    assert [paces.of(route(name).target) for name in ("first", "0", "9999")] == [0, 1, 1]
