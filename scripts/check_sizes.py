"""Say which modules and functions have outgrown one idea, and which names say nothing. Part of `make check`.

A module past 300 lines or a function past 40 is named; past 500 or 60 it fails. So does a module without an opening
sentence, or one with a name such as `utils`.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULE_LINES = (300, 500)
FUNCTION_LINES = (40, 60)
PYTHON_FOLDERS = ("src", "tests", "scripts", "bench")
WEB_FOLDERS = ("web/src", "web/e2e")
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "base", "data", "info"}
FORBIDDEN_IN_PRODUCT = {"models"}  # here a model is a language model: tables are in tables.py, shapes in schemas.py


@dataclass(frozen=True)
class Finding:
    """Something to know (`fails` is False) or to mend."""

    where: str
    what: str
    fails: bool


def main() -> int:
    """Print every finding; 1 when one of them fails."""
    findings = [finding for path in _files() for finding in _examine(path)]
    for finding in sorted(findings, key=lambda found: (found.fails, found.where)):
        print(f"{'FAIL' if finding.fails else 'note'}  {finding.where}: {finding.what}")
    return int(any(finding.fails for finding in findings))


def _files() -> list[Path]:
    """Files of ours that git knows or would take, so that nothing built or installed counts."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PYTHON_FOLDERS, *WEB_FOLDERS]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    paths = {Path(name) for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.suffix in {".py", ".ts", ".tsx"} and path.is_file())


def _examine(path: Path) -> Iterator[Finding]:
    text = path.read_text()
    yield from _name(path)
    if path.name.endswith(".d.ts"):  # generated
        return
    yield from _size(str(path), text.count("\n"), MODULE_LINES, "lines")
    if path.suffix == ".py" and text.strip():
        tree = ast.parse(text)
        if ast.get_docstring(tree) is None:
            yield Finding(str(path), "has no opening sentence that says what it is for", fails=True)
        if "migrations" not in path.parts:  # a migration is one long list
            yield from _functions(path, tree)


def _name(path: Path) -> Iterator[Finding]:
    forbidden = FORBIDDEN | (FORBIDDEN_IN_PRODUCT if path.parts[0] == "src" else set())
    for part in (*path.parts[1:-1], path.stem):
        if part.lower() in forbidden or part.lower().endswith("_v2"):
            yield Finding(str(path), f"the name {part!r} says nothing; use the noun it holds", fails=True)


def _functions(path: Path, tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield from _size(f"{path}:{node.lineno} {node.name}", lines, FUNCTION_LINES, "lines long")


def _size(where: str, lines: int, limits: tuple[int, int], unit: str) -> Iterator[Finding]:
    wanted, most = limits
    if lines > wanted:
        yield Finding(where, f"{lines} {unit}, more than {wanted}", fails=lines > most)


if __name__ == "__main__":
    sys.exit(main())
