"""`python -m guildhall.simulator`: the simulator without the rest of the house, as the gateway starts it."""

import argparse

from guildhall.simulator.serve import run


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="guildhall.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--exit-with-parent", action="store_true")
    options = parser.parse_args()
    run(options.host, options.port, options.exit_with_parent)


if __name__ == "__main__":
    main()
