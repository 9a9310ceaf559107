"""Traces: a real collector gets requests, calls and jobs as spans; without one nothing is loaded."""

import asyncio
import contextlib
import gzip
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from guildhall.core.settings import Settings
from guildhall.core.traces import create_traces
from tests.chat import talk
from tests.conftest import MakeSettings
from tests.gateway.providers import channel, simulating
from tests.services import processes, product


@dataclass
class Collector:
    """What a collector that speaks OTLP over HTTP was sent."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests of one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.partition("content-length:")[2].split("\r\n")[0])
                body = await reader.readexactly(length)
                self.take(gzip.decompress(body) if "content-encoding: gzip" in head else body)
                assert head.startswith("post /v1/traces ")
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        writer.close()

    def take(self, body: bytes) -> None:
        """Read a batch."""
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.services.add(named["service.name"])
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)

    def named(self, name: str) -> list[Span]:
        """Spans of this name."""
        return [span for span in self.spans if span.name == name]


@contextlib.asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on loopback."""
    collector = Collector()
    server = await asyncio.start_server(collector.serve, "127.0.0.1", 0)
    collector.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield collector
    finally:
        server.close()


def attributes(span: Span) -> dict[str, Any]:
    """A span's attributes as plain values."""
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


@pytest.mark.slow
async def test_requests_calls_and_jobs_reach_the_collector(make_settings: MakeSettings) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with collecting() as collector, simulating() as simulator:
        settings = make_settings(otlp_endpoint=collector.url, port=processes.free_port(), log_format="json")
        async with product.launch(settings) as running:
            async with product.signed_in(running.url, "ada@example.org", "Ada") as http:
                await http.post("/api/v1/gateway/channels", json=channel("traced", simulator.url, "traced"))
                await http.put("/api/v1/configuration/titles", json={"revision": 0, "value": {"automatic": False}})
                await http.get("/api/v1/me", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
                key = (await http.post("/api/v1/keys", json={"name": "traced"})).json()["key"]
                body = {"model": "traced", "messages": [{"role": "user", "content": "a secret of mine"}]}
                await http.post("/v1/chat/completions", json=body, headers={"authorization": f"Bearer {key}"})
                session = await talk.begin(http, "traced")
                await talk.say(http, session, "Hello")
                await talk.ended(http, session)
            assert await running.stop() == 0
    (me,) = collector.named("GET /api/v1/me")
    assert me.trace_id.hex() == trace
    assert attributes(me)["http.response.status_code"] == 200
    assert trace in running.output(), "log lines carry the trace"
    calls = [span for span in collector.spans if span.name.endswith(" traced")]
    assert len(calls) == 2
    assert {attributes(span)["gen_ai.request.model"] for span in calls} == {"traced"}
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in calls)
    jobs = [span for span in collector.spans if span.name.startswith("job ")]
    assert any(call.parent_span_id == job.span_id for call in calls for job in jobs), "a turn's call is part of its job"
    assert collector.services == {"guildhall"}
    sent = "".join(str(span) for span in collector.spans)
    assert "secret of mine" not in sent
    assert key not in sent


@pytest.mark.slow
async def test_a_collector_that_is_away_stops_nobody(make_settings: MakeSettings) -> None:
    settings = make_settings(otlp_endpoint="http://127.0.0.1:1", port=processes.free_port())
    async with product.launch(settings) as running:
        async with product.client(running.url) as http:
            for _ in range(20):
                assert (await http.get("/healthz")).status_code == 200
        assert await running.stop() == 0


@pytest.mark.slow
def test_without_an_endpoint_nothing_is_loaded() -> None:
    assert create_traces(Settings(_env_file=None)) is None
    code = "import sys, guildhall.app; print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("endpoint", ["collector:4318", "ftp://collector", "http://"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="must begin with http"):
        Settings(_env_file=None, otlp_endpoint=endpoint)
