"""Shell: the script that bounds a command, runs it where it should run, and says in which folder it ended."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

BEGUN = "begun"  # what the script writes to its standard error, as a line, before it waits for a line and goes on
_REPORT = 9
SAY_BEGUN = f"echo {BEGUN} >&{_REPORT}"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_SCRIPT = 120_000  # bytes; one argument of a program may have 128 KiB


@dataclass(frozen=True)
class Limits:
    """What one command may use. File size and processor time are for each of its processes; `seconds` pass on the wall.

    Of its output `output_bytes` are kept.
    """

    seconds: float = 120.0
    memory_bytes: int = 4 * 2**30
    processes: int = 256
    file_bytes: int = 2**30
    cpu_seconds: int = 600
    open_files: int = 1024
    output_bytes: int = 2**20


def script(
    program: str, command: str, folder: str, environment: Mapping[str, str], limits: Limits, *, is_dialogue: bool
) -> str:
    """What the shell (`program`) gets as `-c`. Raises `ValueError`, in one sentence, for what no shell can be given.

    Its standard error is where it reports: that it has `BEGUN`, at last the folder where it ends; the command's own
    goes the way of its output. It goes on at a line from its standard input, and ends where that ends instead: its
    server has died, or nobody wants the command any more. Of a dialogue standard input stays the command's, and its
    own standard error is where the script reported. Variables are set here and not for the programs that build
    the sandbox, which some names would change.
    """
    if "\0" in command or any("\0" in value for value in environment.values()):
        raise ValueError("A command can't contain a NUL character.")
    for name in environment:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name[:60]!r} is no name for a variable.")
    lines = [
        f"exec {_REPORT}>&2",  # standard error is the report, and complaints of what builds the sandbox
        *(() if is_dialogue else ("exec 2>&1",)),
        *_bounds(limits, is_bash=program.endswith("bash")),
        "{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null",  # of all processes these go first
        f"cd -P -- {shlex.quote(folder)} || exit 125",
        *(f"export {name}={shlex.quote(value)}" for name, value in environment.items()),
        *(() if is_dialogue else (f"trap 'pwd -P >&{_REPORT}' EXIT",)),
        SAY_BEGUN,
        "read -r REPLY || exit 125",
        *(() if is_dialogue else ("exec < /dev/null",)),
        f"eval {shlex.quote(command)}",
    ]
    text = "\n".join(lines)
    if len(text.encode(errors="surrogatepass")) > _LONGEST_SCRIPT:
        raise ValueError(f"A command, with its variables, can't be longer than {_LONGEST_SCRIPT:,} bytes.")
    return text


def _bounds(limits: Limits, *, is_bash: bool) -> list[str]:
    block = 1024 if is_bash else 512
    letters = {
        "c": 0,
        "d": limits.memory_bytes // 1024,  # not `v`: many programs reserve addresses that they never use
        "f": limits.file_bytes // block,
        "n": limits.open_files,
        "t": limits.cpu_seconds,
        "u" if is_bash else "p": limits.processes,
    }
    return [f"ulimit -{letter} {value} 2> /dev/null" for letter, value in letters.items()]
