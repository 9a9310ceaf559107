"""Figures of opencode's processes, for /metrics."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from guildhall.core.metrics import Metrics
from guildhall.engines.opencode.sidecars import Sidecars


class _Figures(Collector):
    def __init__(self, sidecars: Sidecars) -> None:
        self._sidecars = sidecars

    def collect(self) -> Iterator[Metric]:
        """Read at each scrape."""
        sidecars = self._sidecars
        yield GaugeMetricFamily("guildhall_opencode_processes", "opencode processes that run.", value=sidecars.running)
        yield GaugeMetricFamily("guildhall_opencode_busy", "Those with a turn under way.", value=sidecars.busy)
        yield CounterMetricFamily("guildhall_opencode_starts", "opencode processes started.", value=sidecars.started)
        yield CounterMetricFamily(
            "guildhall_opencode_crashes", "opencode processes that ended by themselves.", value=sidecars.crashed
        )


def register(metrics: Metrics, sidecars: Sidecars) -> None:
    """Have them shown."""
    metrics.registry.register(_Figures(sidecars))
