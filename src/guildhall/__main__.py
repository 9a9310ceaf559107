"""The `guildhall` command, also as `python -m guildhall`."""

import gc


def main() -> None:
    """Import the product, and run what the command line asks for."""
    gc.disable()  # nothing an import makes is garbage: looking for some is a tenth of the start
    from guildhall.cli import main as run

    gc.enable()
    run()


if __name__ == "__main__":
    main()
