"""What the tests of the house know about the repository: where it is, and which files belong to it."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = {ROOT / name for name in listed.split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def text_of(path: Path) -> str:
    """The file's text; empty when it is not text."""
    content = path.read_bytes()
    return "" if b"\0" in content[:8000] else content.decode(errors="replace")


def read(name: str) -> str:
    """The text of a file named from the root."""
    return (ROOT / name).read_text()


def named(path: Path) -> str:
    """The path from the root."""
    return str(path.relative_to(ROOT))
