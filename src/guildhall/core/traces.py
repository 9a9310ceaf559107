"""Traces: what took how long, sent to an OpenTelemetry collector when one is configured. Otherwise nothing is loaded.

A request, a run of a job and a model call are spans. Attributes are names and numbers, never anybody's words.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

from guildhall import __version__
from guildhall.core.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_EXPORT_SECONDS = 5
Attributes = Mapping[str, str | int | float | bool]


def create_traces(settings: Settings) -> "Traces | None":
    """Traces to the configured collector, if one is. Raises ValueError when the extra is not installed."""
    if not settings.otlp_endpoint:
        return None
    try:
        return Traces(settings)
    except ImportError:
        raise ValueError("GUILDHALL_OTLP_ENDPOINT needs the extra otel: install guildhall[otel].") from None


class Traces:
    """Spans of this process, sent in batches by a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        resource = Resource.create(
            {
                "service.name": "guildhall",
                "service.version": __version__,
                "service.instance.id": f"{os.uname().nodename}-{os.getpid()}",
            }
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint}/v1/traces", timeout=_EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("guildhall", __version__)
        self._propagator = TraceContextTextMapPropagator()
        self._trace = trace

    async def stop(self) -> None:
        """Send what is left."""
        await asyncio.to_thread(self._provider.shutdown)

    @contextmanager
    def request(self, method: str, headers: Mapping[str, str]) -> "Iterator[Span]":
        """A request, as part of the caller's trace if it names one; the log lines in it carry the trace's id."""
        parent = self._propagator.extract(headers)
        with self._tracer.start_as_current_span(
            method, context=parent, kind=self._trace.SpanKind.SERVER, attributes={"http.request.method": method}
        ) as span:
            structlog.contextvars.bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
            yield span

    def answered(self, span: "Span", method: str, route: str, status: int, request_id: str) -> None:
        """Write down how a request ended."""
        span.update_name(f"{method} {route}")
        span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        span.set_attribute("guildhall.request_id", request_id)
        self._judge(span, status)

    def ended(self, name: str, *, began_us: int, seconds: float, status: int, attributes: Attributes) -> None:
        """A span of something that has ended; part of what goes on now, if anything does."""
        start = began_us * 1000
        span = self._tracer.start_span(
            name, kind=self._trace.SpanKind.CLIENT, attributes=dict(attributes), start_time=start
        )
        self._judge(span, status)
        span.end(start + int(seconds * 1e9))

    def job(self, name: str, run: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """What a job runs, as a span."""

        async def traced(*args: Any) -> None:
            with self._tracer.start_as_current_span(f"job {name}", attributes={"guildhall.job": name}):
                await run(*args)

        return traced

    def _judge(self, span: "Span", status: int) -> None:
        if status >= 500:
            span.set_status(self._trace.StatusCode.ERROR)
