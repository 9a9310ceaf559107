"""SIGTERM in the middle of load: the gateway ends with 0, and every call that the provider got has its row."""

import contextlib
import sqlite3
import subprocess
import time

from bench import contenders, field
from bench.load import command_of
from bench.provider import Pace, asked, provider
from bench.verdict import Line, Options, tell

_CONNECTIONS = 64
_PACE = Pace(delay=0.005)
_PATIENCE_SECONDS = 40.0


def run(options: Options) -> int:
    """Stop it some times over, print the table, and tell by the exit code whether nothing was lost."""
    lost, unclean, calls = 0, 0, 0
    for turn in range(1 if options.short else 5):
        rows, upstream, is_clean = _stopped(seconds=2 + turn % 3)
        print(f"stop {turn + 1}: {upstream:,} upstream calls, {rows:,} rows, {'clean' if is_clean else 'not clean'}")
        lost += abs(upstream - rows)
        unclean += not is_clean
        calls += upstream
    return tell(
        [Line(f"calls without a row, of {calls:,}", lost, 0), Line("stops that did not end with 0", unclean, 0)]
    )


def _stopped(seconds: float) -> tuple[int, int, bool]:
    """Rows, upstream calls, and whether it ended as it should."""
    with field.folder() as where, provider(where, _PACE) as upstream:
        with contenders.guildhall(where, upstream.url) as gateway:
            before = asked(upstream.url)["calls"]
            command = command_of(gateway, where, connections=_CONNECTIONS, seconds=int(seconds) + 3)
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as load:
                time.sleep(seconds)
                is_clean = gateway.process.ask_to_stop(_PATIENCE_SECONDS)
                load.terminate()
        file = f"file:{where / 'guildhall' / 'data' / 'guildhall.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
            rows = int(database.execute("SELECT count(*) FROM calls").fetchone()[0])
        return rows, asked(upstream.url)["calls"] - before, is_clean
