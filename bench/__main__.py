"""`python -m bench [--short] [--without-litellm]`: run every benchmark; exits 1 when a ratio is missed."""

import argparse
import sys

from bench import gateway_plain


def main() -> int:
    """Read the options, run, report."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer and shorter rounds, as in CI")
    parser.add_argument("--without-litellm", action="store_true", help="leave out the peer that takes long to install")
    options = parser.parse_args()
    return gateway_plain.run(short=options.short, with_litellm=not options.without_litellm)


if __name__ == "__main__":
    sys.exit(main())
