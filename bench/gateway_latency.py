"""G2: what the gateway adds to one call at a time, upstream 20 ms, beside what the others add.

Target: 0.3 ms in the middle and 1 ms at the 99th percentile, over asking the upstream directly.
"""

import statistics

from bench import field
from bench.gateway_plain import measured
from bench.provider import Pace, provider
from bench.verdict import Line, Options, tell

MOST_P50_MS, MOST_P99_MS = 0.3, 1.0
_UPSTREAM_SECONDS = 0.02


def run(options: Options) -> int:
    """Measure, print the table, and tell by the exit code whether the limits hold."""
    rounds, seconds = (3, 4) if options.short else (5, 20)
    with (
        field.folder() as where,
        provider(where, Pace(delay=_UPSTREAM_SECONDS)) as upstream,
        field.started(where, upstream, options) as everybody,
    ):
        results = measured(everybody, where, (1,), rounds, seconds)
    times = {
        name: (statistics.median(one.p50_ms for one in done), statistics.median(one.p99_ms for one in done))
        for (name, _), done in results.items()
    }
    direct = times["direct"]
    print(f"\n{'contender':<10} {'p50 ms':>8} {'added':>8} {'p99 ms':>8} {'added':>8}")
    for name, (p50, p99) in times.items():
        print(f"{name:<10} {p50:>8.2f} {p50 - direct[0]:>8.2f} {p99:>8.2f} {p99 - direct[1]:>8.2f}")
    ours = times["guildhall"]
    return tell(
        [
            Line("latency that guildhall adds, p50", ours[0] - direct[0], MOST_P50_MS, "ms"),
            Line("latency that guildhall adds, p99", ours[1] - direct[1], MOST_P99_MS, "ms"),
        ]
    )
