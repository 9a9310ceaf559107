"""G3: streams of 60 chunks, a thousand at once: which arrive, how late, and what each costs in memory.

Every chunk tells when it was sent. What counts is what is added over asking the provider directly, in the same run.
"""

import asyncio
import contextlib
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench import field
from bench.contenders import Contender
from bench.machine import LOAD_CORE
from bench.provider import Pace, provider
from bench.reader import Stream, on_core, read_many
from bench.verdict import Line, Options, tell

MOST_FIRST_MS, MOST_GAP_MS, MOST_KILOBYTES = 10.0, 5.0, 20.0
CHUNKS = 60
_SHORT, _WHOLE = (200, 0.1), (1000, 0.25)  # streams, seconds between chunks
_LATE_SECONDS = 0.1
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Figures:
    """One contender's streams."""

    missing: int
    """Chunks that did not arrive."""
    late: int
    """Chunks that arrived more than a tenth of a second after they were sent."""
    first_ms: float
    gap_ms: float
    lateness_ms: float
    """The 99th percentiles of: question to first chunk, chunk to chunk, sent to arrived."""
    kilobytes: float
    """Memory for each stream."""
    cpu_us: float
    """CPU time for each chunk."""


def run(options: Options) -> int:
    """Measure, print the table, and tell by the exit code whether the limits hold."""
    count, gap = _SHORT if options.short else _WHOLE
    figures: dict[str, Figures] = {}
    with (
        field.folder() as where,
        provider(where, Pace(chunks=CHUNKS, gap=gap)) as upstream,
        field.started(where, upstream, options) as everybody,
        on_core(LOAD_CORE),
    ):
        for contender in everybody:
            figures[contender.name] = asyncio.run(_measured(contender, count, gap))
            print(f"{contender.name} done", flush=True)
    _table(figures)
    ours, direct = figures["guildhall"], figures["direct"]
    return tell(
        [
            Line(f"chunks missing of {count * CHUNKS:,}", ours.missing, 0),
            Line("added to the first chunk, p99", ours.first_ms - direct.first_ms, MOST_FIRST_MS, "ms"),
            Line("added to the gap between chunks, p99", ours.gap_ms - direct.gap_ms, MOST_GAP_MS, "ms"),
            Line("memory for each stream", ours.kilobytes, MOST_KILOBYTES, "KB"),
        ]
    )


async def _measured(contender: Contender, count: int, gap: float) -> Figures:
    over = CHUNKS * gap / 4  # all of them overlap, and none begin in the same instant
    await read_many(contender, count // 10, over_seconds=1, deadline=_PATIENCE_SECONDS)
    before, cpu = contender.process.resident_bytes(), contender.process.cpu_seconds()
    sizes = [before]
    watching = asyncio.create_task(_watch(contender, sizes))
    try:
        streams = await read_many(contender, count, over_seconds=over, deadline=_PATIENCE_SECONDS)
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    cpu = contender.process.cpu_seconds() - cpu
    return _figures(streams, (max(sizes) - before) / 1024 / count, cpu)


async def _watch(contender: Contender, sizes: list[int]) -> None:
    while True:
        await asyncio.sleep(0.5)
        sizes.append(contender.process.resident_bytes())


def _figures(streams: Sequence[Stream], kilobytes: float, cpu: float) -> Figures:
    lateness = [each for stream in streams for each in stream.lateness]
    return Figures(
        missing=len(streams) * CHUNKS - len(lateness),
        late=sum(each > _LATE_SECONDS for each in lateness),
        first_ms=_p99_ms([stream.first_seconds for stream in streams if stream.lateness]),
        gap_ms=_p99_ms([gap for stream in streams for gap in stream.gaps]),
        lateness_ms=_p99_ms(lateness),
        kilobytes=kilobytes,
        cpu_us=cpu / max(1, len(lateness)) * 1e6,
    )


def _p99_ms(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98] * 1000 if len(seconds) > 1 else float("inf")


def _table(figures: dict[str, Figures]) -> None:
    titles = ("missing", "late", "first p99", "gap p99", "late p99", "KB/stream", "µs/chunk")
    print(f"\n{'':<10}" + "".join(f"{title:>11}" for title in titles) + "    (ms; late: by 100 ms and more)")
    for name, found in figures.items():
        print(f"{name:<10}" + "".join(f"{value:>11,.1f}" for value in vars(found).values()))
