"""G1: plain completions through the gateway, against nginx as a plain proxy, Portkey and LiteLLM, upstream 0 ms.

The gateway has one core, load and upstream the other. Contenders take turns, round by round; what counts is the median
CPU time per call. First step of the target: at most 5 times nginx's, 1/10 of Portkey's, 1/50 of LiteLLM's. `relay`
and `least` are floors: what a proxy in Python costs that reads nothing, and one that reads, looks up and records.
"""

import contextlib
import statistics
from pathlib import Path

from bench import contenders, field
from bench.contenders import Contender
from bench.load import LoadError, Round, measure
from bench.verdict import Line, Options, below, tell

CONNECTIONS = (32, 128)
SHARES = {"nginx": 5.0, "portkey": 1 / 10, "litellm": 1 / 50}
_PROMPT = "Say hello, please."

Results = dict[tuple[str, int], list[Round]]


def run(options: Options) -> int:
    """Measure, print the table, and tell by the exit code whether the ratios hold."""
    rounds, seconds = (3, 2) if options.short else (5, 5)
    with (
        field.folder() as where,
        contenders.upstream(where) as provider,
        contenders.relay(where, provider.url) as relay,
        contenders.least(where, provider.url) as least,
        field.started(where, provider, options) as everybody,
    ):
        results = measured([relay, least, *everybody], where, CONNECTIONS, rounds, seconds)
    return tell([line for connections in CONNECTIONS for line in table(results, connections, SHARES)])


def measured(
    everybody: list[Contender],
    where: Path,
    counts: tuple[int, ...],
    rounds: int,
    seconds: int,
    prompt: str = _PROMPT,
) -> Results:
    """Rounds of everybody in turn, with each number of connections."""
    for contender in everybody:
        with contextlib.suppress(LoadError):  # the first seconds of a slow starter prove nothing
            measure(contender, where, connections=counts[0], seconds=3, prompt=prompt)
    results: Results = {}
    for turn in range(rounds):
        for connections in counts:
            for contender in everybody:
                length = seconds * contender.patience
                done = measure(contender, where, connections=connections, seconds=length, prompt=prompt)
                results.setdefault((contender.name, connections), []).append(done)
        print(f"round {turn + 1} of {rounds} done", flush=True)
    return results


def table(results: Results, connections: int, shares: dict[str, float]) -> list[Line]:
    """Print what everybody cost with so many connections; the lines that hold our cost against the others'."""
    costs = {}
    print(f"\n{'connections':>11}  {'contender':<10} {'calls/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs/call':>12}")
    for (name, count), rounds in results.items():
        if count != connections:
            continue
        costs[name] = statistics.median(one.cpu_us for one in rounds)
        best = max(one.calls_per_second for one in rounds)
        p50, p99 = statistics.median(one.p50_ms for one in rounds), statistics.median(one.p99_ms for one in rounds)
        print(f"{connections:>11}  {name:<10} {best:>9,.0f} {p50:>8.2f} {p99:>8.2f} {costs[name]:>12.1f}")
    return below(costs["guildhall"], costs, shares, f"CPU per call, {connections} connections")
