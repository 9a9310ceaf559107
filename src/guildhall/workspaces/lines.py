"""Lines: a search in files by Python alone, as a process that says what it finds in ripgrep's words.

`python -m guildhall.workspaces.lines WANTED FOLDER…` looks below the folder where it is started, not in FOLDERs.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guildhall.core.errors import AppError
from guildhall.workspaces import texts
from guildhall.workspaces.safe_files import SafeFiles

LONGEST_BYTES = 4 * 1024 * 1024
_MOST_OF_A_FILE = 1000


@dataclass(frozen=True)
class Wanted:
    """What to look for: `glob` limits the files, `limit` the matches."""

    query: str
    is_regex: bool = False
    is_case_sensitive: bool = False
    glob: str = ""
    limit: int = 200


def main(arguments: list[str]) -> int:
    """Look; gives 0 when something was found, 1 when not, 2 when the question is none."""
    wanted, leave_out = Wanted(**json.loads(arguments[0])), frozenset(arguments[1:])
    try:
        flags = 0 if wanted.is_case_sensitive else re.IGNORECASE
        pattern = re.compile(wanted.query if wanted.is_regex else re.escape(wanted.query), flags)
    except (re.error, OverflowError, RecursionError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    left = wanted.limit + 1
    for path, number, line, (start, end) in _found(SafeFiles(Path.cwd()), pattern, wanted.glob, leave_out):
        place = {"start": len(line[:start].encode()), "end": len(line[:end].encode())}
        match = {"path": {"text": path}, "lines": {"text": line}, "line_number": number, "submatches": [place]}
        sys.stdout.write(json.dumps({"type": "match", "data": match}) + "\n")
        left -= 1
        if left == 0:
            break
    return 0 if left <= wanted.limit else 1


def _found(
    place: SafeFiles, pattern: re.Pattern[str], glob: str, leave_out: frozenset[str]
) -> Iterator[tuple[str, int, str, tuple[int, int]]]:
    fits = _fitting(glob)
    entries = (entry for entry in place.walk(leave_out=leave_out) if entry.kind == "file")
    for path in sorted(entry.path for entry in entries if entry.size <= LONGEST_BYTES and fits(entry.path)):
        try:
            read = texts.read(place.read(path, LONGEST_BYTES).content)
        except AppError:
            continue
        left = _MOST_OF_A_FILE
        for number, line in enumerate(read[0].split("\n") if read else (), 1):
            match = pattern.search(line.rstrip("\r"))
            if match is not None and left:
                left -= 1
                yield path, number, line, match.span()


def _fitting(glob: str) -> Callable[[str], bool]:
    """What tells whether a path fits a glob, as ripgrep reads one: without a `/` it is about names, `!` means not."""
    is_not, shape = glob.startswith("!"), glob.removeprefix("!")
    if not shape:
        return lambda _path: True
    if "/" not in shape.strip("/"):
        shape = f"**/{shape}"
    pattern = re.compile(_expression(shape.lstrip("/")))
    return lambda path: (pattern.fullmatch(path) is None) == is_not


def _expression(shape: str) -> str:
    pieces = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]]+\]|\{[^{}]*\})", shape)
    return "".join(_piece(piece) for piece in pieces if piece)


def _piece(piece: str) -> str:
    known = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if piece in known:
        return known[piece]
    if piece.startswith("[") and piece.endswith("]"):
        inner = piece[1:-1].replace("\\", "\\\\")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    if piece.startswith("{") and piece.endswith("}"):
        return "(?:" + "|".join(_expression(one) for one in piece[1:-1].split(",")) + ")"
    return re.escape(piece)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
