"""Notices: what people and programs are told about an alert. Pure."""

from dataclasses import dataclass
from datetime import datetime

from guildhall.operations.alerts.metrics import Unit, in_words
from guildhall.operations.alerts.tables import Comparison, Occasion, Severity

_HEADS = {"fired": "firing", "repeated": "still firing", "resolved": "resolved", "test": "test"}
_MARKS = {"info": "🔵", "warning": "🟠", "critical": "🔴"}


@dataclass(frozen=True)
class Notice:
    """One message about one alert. `id` is the same at every attempt, so that a receiver can tell a repetition."""

    id: str
    alert_id: str
    occasion: Occasion
    rule: str
    metric: str
    unit: Unit
    comparison: Comparison
    threshold: float
    value: float
    severity: Severity
    subject: str
    subject_name: str
    started_at: datetime
    resolved_at: datetime | None
    link: str
    """The alerts page; empty when the hall does not know its public address."""

    @property
    def title(self) -> str:
        """One line."""
        about = f": {self.subject_name}" if self.subject_name else ""
        return f"[{_HEADS[self.occasion]}] {self.rule}{about}"

    @property
    def mark(self) -> str:
        """One sign that tells how bad it is."""
        return "🟢" if self.occasion == "resolved" else "⚪" if self.occasion == "test" else _MARKS[self.severity]

    @property
    def lines(self) -> list[str]:
        """The facts, one a line, without marks of any format."""
        if self.occasion == "test":
            return ["This is a test: the channel works. Nothing is wrong."]
        facts = [
            f"Value: {in_words(self.value, self.unit)}"
            f" (alerts {self.comparison} {in_words(self.threshold, self.unit)})",
            f"Severity: {self.severity}",
            f"Since: {self.started_at:%Y-%m-%d %H:%M:%S} UTC",
        ]
        if self.resolved_at is not None:
            facts.append(f"Resolved: {self.resolved_at:%Y-%m-%d %H:%M:%S} UTC")
        return facts
