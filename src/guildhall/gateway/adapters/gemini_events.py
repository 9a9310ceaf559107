"""Gemini's events as chunks of a chat completion.

Gemini has no last event, and some of its models give a reason to end with every event: so the reason, the usage and the
last mark wait for the end of the stream.
"""

from typing import Any

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import events, gemini_answer, reading, refusals
from guildhall.gateway.adapters.chat_writer import ChunkWriter
from guildhall.gateway.adapters.gemini_answer import Candidate, Part, UsageMetadata
from guildhall.gateway.adapters.reading import is_given


class GeminiEvents:
    """One streamed answer, or several side by side."""

    def __init__(self) -> None:
        self.is_over = False
        self._chunks = ChunkWriter()
        self._calls: dict[int, int] = {}  # how many each candidate has made
        self._finishes: dict[int, str] = {}
        self._usage = UsageMetadata()

    def event(self, payload: bytes) -> bytes:
        """What one event becomes."""
        answer = reading.answer(gemini_answer.ANSWER, payload)
        if is_given(answer.error):
            return self._error(payload)
        self._usage = answer.usage_metadata or self._usage
        self._chunks.name(answer.response_id, answer.model_version)
        if answer.is_blocked and not answer.candidates:
            self._finishes[0] = "SAFETY"
            return self._chunks.chunk({})
        return b"".join(self._candidate(n, candidate) for n, candidate in enumerate(answer.candidates or []))

    def end(self) -> bytes:
        """Why each answer ended, the usage and the last mark."""
        if not self._finishes:
            raise UpstreamFailure("incomplete", "The provider ended its answer before finishing it.")
        stops = [self._stop(index, reason) for index, reason in sorted(self._finishes.items())]
        self.is_over = True
        return b"".join(stops) + self._chunks.end(gemini_answer.tokens_of(self._usage))

    def _candidate(self, number: int, candidate: Candidate) -> bytes:
        index = number if candidate.index is None else candidate.index
        parts = (candidate.content.parts if candidate.content else None) or []
        written = b"".join(self._chunks.chunk(self._delta(part, index), index=index) for part in parts)
        if candidate.finish_reason is not None:
            self._finishes[index] = candidate.finish_reason
        return written

    def _delta(self, part: Part, index: int) -> dict[str, Any]:
        if part.function_call is not None:
            number = self._calls.get(index, 0)
            self._calls[index] = number + 1
            return {"tool_calls": [{"index": number, **gemini_answer.call(part, part.function_call)}]}
        delta: dict[str, Any] = {}
        if part.text:
            delta["reasoning_content" if part.thought else "content"] = part.text
        signed = gemini_answer.signed(part)
        return {**delta, "extra_content": signed} if signed else delta

    def _stop(self, index: int, reason: str) -> bytes:
        finish = gemini_answer.finish_reason(reason, has_calls=self._calls.get(index, 0) > 0)
        return self._chunks.chunk({}, index=index, finish_reason=finish)

    def _error(self, payload: bytes) -> bytes:
        if not self._chunks.has_started:
            raise gemini_answer.failure(payload)
        self.is_over = True
        return events.write(refusals.to_chat(refusals.read(payload, "api_error")))
