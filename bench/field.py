"""The field: every contender in front of one provider, and what each needs to run."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench import contenders, peers
from bench.contenders import Contender, MissingError
from bench.load import LoadError
from bench.machine import NotReadyError
from bench.verdict import Options

PEERS: dict[str, Callable[[Path, str], AbstractContextManager[Contender]]] = {
    "nginx": contenders.nginx,
    "guildhall": contenders.guildhall,
    "portkey": peers.portkey,
    "litellm": peers.litellm,
}


def guarded(benchmark: Callable[[Options], int], options: Options) -> int:
    """Run it; 2, and a sentence, when it cannot be run."""
    try:
        contenders.require_cores(2)
        contenders.require("wrk", "wrk")
        contenders.require("taskset", "util-linux")
        return benchmark(options)
    except (MissingError, NotReadyError, LoadError) as error:
        print(f"bench: {error}")
        return 2


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for what contenders write."""
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as name:
        Path(name).chmod(0o755)  # nginx's worker may be another user
        yield Path(name)


@contextlib.contextmanager
def started(where: Path, provider: Contender, options: Options) -> Iterator[list[Contender]]:
    """The provider itself and everybody in front of it."""
    with contextlib.ExitStack() as stack:
        makers = [make for name, make in PEERS.items() if name not in options.without]
        yield [provider, *(stack.enter_context(make(where, provider.url)) for make in makers)]
