"""G5: memory after many calls: 200,000 as a rule, a million in the long form. Target: 5 MB more than after warm-up.

The warm-up is another three tenths of them: it takes so long until all that has room for a number of things is full.
"""

import time
from pathlib import Path

from bench import contenders, field
from bench.contenders import Contender
from bench.load import measure
from bench.verdict import Line, Options, tell

MOST_MEGABYTES = 5.0
# Calls in all, and seconds at most for a tenth of them.
_SHORT, _WHOLE, _LONG = (20_000, 9.0), (200_000, 60.0), (1_000_000, 360.0)
_WARM_UP, _TENTHS = 3, 10
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
        begun = time.monotonic()
        points = [_after(gateway, where, _WARM_UP * wanted // _TENTHS, _WARM_UP * seconds)]
        for tenth in range(1, _TENTHS + 1):
            made = sum(calls for calls, _ in points[1:])
            points.append(_after(gateway, where, tenth * wanted // _TENTHS - made, seconds))
    print(f"\nin {time.monotonic() - begun:.0f} s")
    for number, (calls, megabytes) in enumerate(points):
        print(f"  {'warm-up' if number == 0 else f'tenth {number}':<10} {calls:>9,} calls {megabytes:8.1f} MB")
    calls = sum(calls for calls, _ in points[1:])
    return tell([Line(f"memory grown by {calls:,} calls", points[-1][1] - points[0][1], MOST_MEGABYTES, "MB")])


def _after(gateway: Contender, where: Path, wanted: int, seconds: float) -> tuple[int, float]:
    """Calls made, and the megabytes in use a moment after them."""
    calls, deadline = 0, time.monotonic() + seconds
    while calls < wanted and time.monotonic() < deadline:
        calls += measure(gateway, where, connections=_CONNECTIONS, seconds=_ROUND_SECONDS).calls
    time.sleep(_SETTLE_SECONDS)
    return calls, gateway.process.resident_bytes() / 1024 / 1024
