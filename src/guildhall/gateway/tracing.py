"""Tracing of model calls: a recorder that also makes a span of each call. Used only when a collector is configured."""

from collections.abc import Callable
from functools import partial

from guildhall.core.traces import Attributes, Traces
from guildhall.edge.call import Call
from guildhall.edge.recorder import Recorder


def recorder_of(traces: Traces | None) -> Callable[..., Recorder]:
    """What makes the recorder: the plain one, or one that traces."""
    return Recorder if traces is None else partial(TracedRecorder, traces)


class TracedRecorder(Recorder):
    """Makes a span of every call that it records."""

    def __init__(self, traces: Traces, /, *given: object, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type] # as `Recorder` takes them
        self._traces = traces

    def record(self, call: Call) -> None:
        """Queue the row of a call that has ended, and send its span."""
        super().record(call)
        self._traces.ended(
            f"{call.endpoint.path} {call.model}".strip(),
            began_us=call.at,
            seconds=call.total_seconds,
            status=call.status,
            attributes=_attributes(call),
        )


def _attributes(call: Call) -> Attributes:
    """Names as the conventions for generative models have them, where they have any."""
    found: dict[str, str | int | float | bool] = {
        "gen_ai.operation.name": call.endpoint.path,
        "gen_ai.request.model": call.model,
        "http.response.status_code": call.status,
        "guildhall.call_id": call.id,
        "guildhall.attempts": call.attempts,
        "guildhall.stream": call.stream,
        "guildhall.overhead_seconds": call.overhead_seconds(),
    }
    if call.target is not None:
        found["guildhall.channel_id"] = call.target.channel_id
    if call.code:
        found["error.type"] = call.code
    if call.first_byte_at:
        found["guildhall.first_byte_seconds"] = call.first_byte_at - call.started
    if call.usage is not None:
        found["gen_ai.usage.input_tokens"] = call.usage.input_tokens
        found["gen_ai.usage.output_tokens"] = call.usage.output_tokens
    return found
