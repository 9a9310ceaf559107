"""Where the built browser app lies."""

from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
