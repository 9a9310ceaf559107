"""Prometheus metrics of this process: one registry, bounded labels, never a raw path, key or user."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The registry and the metrics that every wing shares; a wing adds its own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "guildhall_http_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "guildhall_http_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.sockets = Gauge("guildhall_realtime_sockets", "Open realtime sockets.", registry=self.registry)
        self.turns = Counter(
            "guildhall_chat_turns_total", "Turns ended, by final status.", ["status"], registry=self.registry
        )

    def open_sockets(self) -> float:
        """How many realtime sockets are open now."""
        return next((sample.value for metric in self.sockets.collect() for sample in metric.samples), 0.0)

    def render(self) -> bytes:
        """The text exposition of everything registered."""
        return generate_latest(self.registry)
