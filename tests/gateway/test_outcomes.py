"""What calls that have ended say: how many retries their models have, and how their channels do."""

from typing import Any

from guildhall.edge.retries import RetryBudget
from guildhall.gateway.circuits import Circuits
from guildhall.gateway.outcomes import Outcomes


def row(call_id: str, channel: str | None, status: int, model: str = "m") -> Any:
    return (call_id, 0, None, None, channel, model, "/v1/chat/completions", False, status)


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
    Outcomes(budget, circuits, lambda: 0).learn(rows, failures)
    assert sorted(circuits.told) == [
        ("answered", "a", 1),
        ("answered", "a", 100),
        ("failed", "a", 2),
        ("failed", "b", 1),
    ]
    assert sum(budget.take("m", 1) for _ in range(99)) == 21, "a fifth of 104, begun"


def test_calls_that_came_to_no_channel_count_for_nothing() -> None:
    budget, circuits = RetryBudget(), Heard()
    Outcomes(budget, circuits, lambda: 0).learn([row(str(n), None, 404, "made-up") for n in range(1000)], {})
    assert circuits.told == []
    assert sum(budget.take("made-up", 1) for _ in range(99)) == 10
