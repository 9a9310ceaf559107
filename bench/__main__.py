"""`python -m bench [gateway|realtime|jobs] [--short] [--without-litellm]`: run benchmarks; exits 1 on a miss."""

import argparse
import sys

from bench import gateway_plain, jobs, realtime

BENCHMARKS = ("gateway", "realtime", "jobs")


def main() -> int:
    """Read the options, run, report."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=BENCHMARKS, help="one of them (default: all)")
    parser.add_argument("--short", action="store_true", help="fewer and shorter rounds, as in CI")
    parser.add_argument("--without-litellm", action="store_true", help="leave out the peer that takes long to install")
    options = parser.parse_args()
    worst = 0
    if options.which in {None, "gateway"}:
        worst = gateway_plain.run(short=options.short, with_litellm=not options.without_litellm)
    if options.which in {None, "realtime"}:
        worst = max(worst, realtime.run(short=options.short))
    if options.which in {None, "jobs"}:
        worst = max(worst, jobs.run(short=options.short))
    return worst


if __name__ == "__main__":
    sys.exit(main())
