"""G5: memory after many calls: 200,000 as a rule, a million in the long form. Target: 5 MB more than after warm-up."""

import time
from pathlib import Path

from bench import contenders, field
from bench.contenders import Contender
from bench.load import measure
from bench.verdict import Line, Options, tell

MOST_MEGABYTES = 5.0
_SHORT, _WHOLE, _LONG = (20_000, 90.0), (200_000, 600.0), (1_000_000, 3600.0)  # calls, and seconds at most
_CONNECTIONS = 32
_ROUND_SECONDS = 3
_SETTLE_SECONDS = 2.0


def run(options: Options) -> int:
    """Call, watch the memory, and tell by the exit code whether it grew."""
    wanted, seconds = _LONG if options.long else _SHORT if options.short else _WHOLE
    with (
        field.folder() as where,
        contenders.upstream(where) as provider,
        contenders.guildhall(where, provider.url) as gateway,
    ):
        warm = _after(gateway, where, max(1, wanted // 10), seconds)
        after = _after(gateway, where, wanted, seconds)
    print(f"\nafter {warm[0]:,} calls {warm[1]:.1f} MB, after {after[0]:,} more {after[1]:.1f} MB")
    return tell([Line(f"memory grown by {after[0]:,} calls", after[1] - warm[1], MOST_MEGABYTES, "MB")])


def _after(gateway: Contender, where: Path, wanted: int, seconds: float) -> tuple[int, float]:
    """Calls made, and the megabytes in use a moment after them."""
    calls, deadline = 0, time.monotonic() + seconds
    while calls < wanted and time.monotonic() < deadline:
        calls += measure(gateway, where, connections=_CONNECTIONS, seconds=_ROUND_SECONDS).calls
    time.sleep(_SETTLE_SECONDS)
    return calls, gateway.process.resident_bytes() / 1024 / 1024
