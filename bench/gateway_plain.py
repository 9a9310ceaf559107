"""G1: plain completions through the gateway, against nginx as a plain proxy and LiteLLM, upstream 0 ms.

The gateway has one core, load and upstream the other. Contenders take turns, round by round; what counts is the median
CPU time per call. First step of the target: at most 5 times nginx's, at most 1/50 of LiteLLM's.
"""

import contextlib
import statistics
import tempfile
from pathlib import Path

from bench import contenders
from bench.contenders import MissingError
from bench.load import LoadError, Round, measure
from bench.machine import NotReadyError

CONNECTIONS = (32, 128)
MOST_TIMES_NGINX = 5.0
LEAST_TIMES_BELOW_LITELLM = 50.0

Results = dict[tuple[str, int], list[Round]]


def run(*, short: bool, with_litellm: bool) -> int:
    """Measure, print the table, and tell by the exit code whether the ratios hold."""
    rounds, seconds = (3, 2) if short else (5, 5)
    try:
        contenders.require_cores(2)
        contenders.require("wrk", "wrk")
        contenders.require("taskset", "util-linux")
        results = _measured(rounds, seconds, with_litellm=with_litellm)
    except (MissingError, NotReadyError, LoadError) as error:
        print(f"bench: {error}")
        return 2
    return _report(results)


def _measured(rounds: int, seconds: int, *, with_litellm: bool) -> Results:
    results: Results = {}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guildhall-bench-")))
        folder.chmod(0o755)  # nginx's worker may be another user
        provider = stack.enter_context(contenders.upstream(folder))
        makers = [contenders.nginx, contenders.guildhall, *([contenders.litellm] if with_litellm else [])]
        running = [provider, *(stack.enter_context(make(folder, provider.url)) for make in makers)]
        for contender in running:
            with contextlib.suppress(LoadError):  # the first seconds of a slow starter prove nothing
                measure(contender, folder, connections=CONNECTIONS[0], seconds=3)
        for turn in range(rounds):
            for connections in CONNECTIONS:
                for contender in running:
                    done = measure(contender, folder, connections=connections, seconds=seconds * contender.patience)
                    results.setdefault((contender.name, connections), []).append(done)
            print(f"round {turn + 1} of {rounds} done", flush=True)
    return results


def _report(results: Results) -> int:
    print(f"\n{'connections':>11}  {'contender':<10} {'calls/s':>9} {'p50 ms':>8} {'CPU µs/call':>12}  CPU per call")
    misses = []
    for connections in CONNECTIONS:
        costs = {name: _cost(rounds) for (name, count), rounds in results.items() if count == connections}
        ours = costs["guildhall"]
        for name in costs:
            rounds = results[name, connections]
            best = max(one.calls_per_second for one in rounds)
            p50 = statistics.median(one.p50_ms for one in rounds)
            note = "" if name in {"guildhall", "direct"} else f"guildhall / {name} = {ours / costs[name]:.3g}"
            print(f"{connections:>11}  {name:<10} {best:>9,.0f} {p50:>8.2f} {costs[name]:>12.1f}  {note}")
        if ours > MOST_TIMES_NGINX * costs["nginx"]:
            misses.append(
                f"{connections} connections: {ours / costs['nginx']:.1f} times nginx, not {MOST_TIMES_NGINX:g}"
            )
        if "litellm" in costs and ours * LEAST_TIMES_BELOW_LITELLM > costs["litellm"]:
            misses.append(f"{connections} connections: 1/{costs['litellm'] / ours:.0f} of LiteLLM, not 1/50")
    for miss in misses:
        print(f"MISSED  {miss}")
    if not misses:
        print("All ratios hold.")
    return 1 if misses else 0


def _cost(rounds: list[Round]) -> float:
    return statistics.median(one.cpu_us for one in rounds)
