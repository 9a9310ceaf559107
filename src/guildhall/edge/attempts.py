"""Attempts: those of a call that failed, each a row that is stored with the call's own."""

import time

from guildhall.edge.call import AttemptRow, Call, Target
from guildhall.edge.failures import UpstreamFailure

_MESSAGE_LENGTH = 300


def note(call: Call, target: Target, failure: UpstreamFailure, *, waited: float = 0.0) -> None:
    """Write down that the attempt under way has failed; `waited` are seconds that the call has not counted yet."""
    before: int = sum(attempt[7] for attempt in call.failures)
    spent = max(0, int((call.upstream_seconds + waited - call.paused_seconds) * 1e6) - before)
    words = failure.message if not failure.said else f"{failure.message} {failure.said}"
    row: AttemptRow = (
        call.id,
        call.attempts,
        target.channel_id,
        target.key_id,
        target.model[:200],
        failure.reason,
        failure.status,
        spent,
        time.time_ns() // 1000 - spent,
        _storable(words),
    )
    call.failures = (*call.failures, row)


def _storable(words: str) -> str:
    """A provider may say anything; neither database takes NUL or half a character."""
    return words.replace("\0", "").encode(errors="replace").decode()[:_MESSAGE_LENGTH]
