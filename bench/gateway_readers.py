"""Callers who ask for a long stream and never read it: what each holds of the gateway's memory.

Each stream is 32 MB. The gateway must stop reading where nobody reads on, and let go when the caller does.
"""

import time

from bench import field
from bench.contenders import Contender
from bench.machine import LOAD_CORE
from bench.provider import Pace, asked, provider
from bench.reader import not_reading, on_core
from bench.verdict import Line, Options, tell

MOST_KILOBYTES = 1024.0
_SHORT, _WHOLE = (20, 4.0), (100, 15.0)  # callers, seconds that they stay
_LONG = Pace(chunks=2000, padding=16_000)
_PATIENCE_SECONDS = 10.0


def run(options: Options) -> int:
    """Measure everybody, print the table, and tell by the exit code whether the limits hold."""
    count, seconds = _SHORT if options.short else _WHOLE
    figures = {}
    with (
        field.folder() as where,
        provider(where, _LONG) as upstream,
        field.started(where, upstream, options) as everybody,
        on_core(LOAD_CORE),
    ):
        for contender in everybody[1:]:
            figures[contender.name] = _measured(contender, upstream, count, seconds)
    print(f"\n{'':<10} {'KB/caller':>12} {'left open':>12}")
    for name, (kilobytes, left) in figures.items():
        print(f"{name:<10} {kilobytes:>12,.1f} {left:>12}")
    kilobytes, left = figures["guildhall"]
    return tell(
        [
            Line(f"memory for each of {count} callers who do not read", kilobytes, MOST_KILOBYTES, "KB"),
            Line("provider's calls left open when they have gone", left, 0),
        ]
    )


def _measured(contender: Contender, upstream: Contender, count: int, seconds: float) -> tuple[float, int]:
    with not_reading(contender, 2):  # what the first ones cost is the gateway's, not theirs
        time.sleep(1)
    _wait_until_left(upstream)
    before = contender.process.resident_bytes()
    with not_reading(contender, count):
        time.sleep(seconds)
        grown = contender.process.resident_bytes() - before
    return grown / 1024 / count, _wait_until_left(upstream)


def _wait_until_left(upstream: Contender) -> int:
    """How many calls the provider still has after a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (active := asked(upstream.url)["active"]) and time.monotonic() < deadline:
        time.sleep(0.2)
    return active
