"""`python -m bench [NAME…] [--short | --long] [--without PEER]`: run benchmarks; exits 1 on a miss."""

import argparse
import sys
from functools import partial

from bench import (
    field,
    gateway_latency,
    gateway_plain,
    gateway_prompts,
    gateway_readers,
    gateway_soak,
    gateway_stop,
    gateway_streams,
    jobs,
    pages,
    realtime,
    rows,
    session_pages,
    statistics,
)
from bench.verdict import Options

_GATEWAY = {
    "gateway": gateway_plain,
    "latency": gateway_latency,
    "streams": gateway_streams,
    "readers": gateway_readers,
    "prompts": gateway_prompts,
    "stop": gateway_stop,
    "soak": gateway_soak,
}
BENCHMARKS = {name: partial(field.guarded, module.run) for name, module in _GATEWAY.items()} | {
    "realtime": lambda options: realtime.run(short=options.short),
    "sessions": lambda options: session_pages.run(short=options.short),
    "pages": lambda options: pages.run(short=options.short),
    "jobs": lambda options: jobs.run(short=options.short),
    "rows": lambda options: rows.run(short=options.short),
    "statistics": lambda options: statistics.run(short=options.short),
}


def main() -> int:
    """Read the options, run, report."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("which", nargs="*", choices=[[], *BENCHMARKS], help="some of them (default: all)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--short", action="store_true", help="fewer and shorter rounds, as in CI")
    length.add_argument("--long", action="store_true", help="a million calls in the soak")
    parser.add_argument(
        "--without", action="append", default=[], choices=["litellm", "portkey"], help="leave out a peer"
    )
    options = parser.parse_args()
    how = Options(short=options.short, long=options.long, without=frozenset(options.without))
    worst = 0
    for name in options.which or BENCHMARKS:
        print(f"\n--- {name}", flush=True)
        worst = max(worst, BENCHMARKS[name](how))
    return worst


if __name__ == "__main__":
    sys.exit(main())
