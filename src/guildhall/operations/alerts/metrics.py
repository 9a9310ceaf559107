"""Metrics: the figures that rules may be about. A floor hands its own in through `app.py`."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from guildhall.core.db import Session
from guildhall.core.errors import BadRequestError

Unit = Literal["count", "percent", "seconds", "bytes"]


@dataclass(frozen=True)
class Reading:
    """The value of a metric for one subject; the whole house is the subject "" ."""

    value: float
    subject: str = ""
    name: str = ""


Read = Callable[[Session, datetime], Awaitable[Sequence[Reading]]]


@dataclass(frozen=True)
class AlertMetric:
    """A figure that can be watched. `read` gives one reading for each subject that there is now."""

    name: str
    title: str
    unit: Unit
    description: str
    read: Read


class AlertMetrics:
    """Every metric there is, by name."""

    def __init__(self, metrics: Iterable[AlertMetric]) -> None:
        self.by_name = {metric.name: metric for metric in metrics}

    def named(self, name: str) -> AlertMetric:
        """The metric of this name. Raises `BadRequestError`."""
        if name not in self.by_name:
            raise BadRequestError("unknown_metric", f"There is no metric named {name!r}.", param="metric")
        return self.by_name[name]


def in_words(value: float, unit: Unit) -> str:
    """A value as people read it."""
    if unit == "percent":
        return f"{value:.3g} %"
    if unit == "seconds":
        return _duration(value)
    if unit == "bytes":
        return _size(value)
    return f"{value:.10g}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    for length, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {name}"
    return f"{seconds:.3g} s"


def _size(count: float) -> str:
    for power, name in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "KB")):
        if count >= 1024**power:
            return f"{count / 1024**power:.3g} {name}"
    return f"{count:.3g} B"
