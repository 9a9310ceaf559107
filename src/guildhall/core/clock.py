"""The one place that reads the wall clock for rows, so that tests and reviewers find it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)
