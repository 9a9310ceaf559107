"""Figures: what the edge tells Prometheus, in plain integers on the hot path and as metrics when scraped.

Labels are bounded: endpoints and statuses are few, and models, keys and users never appear.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from guildhall.edge.call import Call

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_OVERHEAD_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1.0)


class _Histogram:
    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def family(self, name: str, text: str) -> HistogramMetricFamily:
        running, buckets = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            running += count
            buckets.append((bound, running))
        return HistogramMetricFamily(name, text, buckets=buckets, sum_value=self.total)


class Figures(Collector):
    """Counts of this process's calls."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, int]] = Counter()
        self._input_tokens = 0
        self._output_tokens = 0
        self._retried = 0
        self._duration = _Histogram(_SECONDS)
        self._first_byte = _Histogram(_SECONDS)
        self._overhead = _Histogram(_OVERHEAD_SECONDS)
        self._gauges: list[tuple[str, str, Callable[[], float]]] = []

    def read_at_scrape(self, name: str, text: str, read: Callable[[], float]) -> None:
        """A figure that somebody else keeps."""
        self._gauges.append((name, text, read))

    def count(self, call: Call) -> None:
        """Take one ended call into account."""
        self._calls[call.endpoint.path, call.status] += 1
        if call.attempts:
            self._duration.observe(call.total_seconds)
            self._overhead.observe(call.overhead_seconds())
            self._retried += call.attempts - 1
        if call.first_byte_at:
            self._first_byte.observe(call.first_byte_at - call.started)
        usage = call.usage
        if usage is not None:
            self._input_tokens += usage.input_tokens
            self._output_tokens += usage.output_tokens

    def collect(self) -> Iterable[Metric]:
        """Everything, as Prometheus wants it."""
        calls = CounterMetricFamily("guildhall_calls", "Metered calls, by outcome.", labels=["endpoint", "status"])
        for (endpoint, status), number in self._calls.items():
            calls.add_metric([endpoint, str(status)], number)
        yield calls
        tokens = CounterMetricFamily(
            "guildhall_call_tokens", "Tokens that calls used, as counted or estimated.", labels=["direction"]
        )
        tokens.add_metric(["input"], self._input_tokens)
        tokens.add_metric(["output"], self._output_tokens)
        yield tokens
        yield CounterMetricFamily("guildhall_call_retries", "Further attempts after a failed one.", self._retried)
        yield self._duration.family("guildhall_call_seconds", "Time from request to the end of the answer.")
        yield self._first_byte.family("guildhall_call_first_byte_seconds", "Time to the first byte of an answer.")
        for name, text, read in self._gauges:
            yield GaugeMetricFamily(name, text, read())
        yield self._overhead.family("guildhall_call_overhead_seconds", "Time a call spent in Guildhall itself.")
