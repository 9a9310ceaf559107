"""The built-in engine: one streamed completion a turn, through the gateway like every other model call."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from guildhall.engines.api import Delta, Ended, EngineEvent, Turn
from guildhall.gateway.completions import (
    CompletionRequest,
    Completions,
    Finished,
    ReasoningDelta,
    TextDelta,
)


class BuiltinEngine:
    """Talks to a model, without tools."""

    name = "builtin"

    def __init__(self, completions: Completions) -> None:
        self._completions = completions

    async def run(self, turn: Turn) -> AsyncGenerator[EngineEvent, None]:
        """The model's answer as it streams. Raises what `Completions.stream` raises."""
        request = CompletionRequest(
            model=turn.model,
            messages=[{"role": spoken.role, "content": spoken.text} for spoken in turn.history],
            user_id=turn.user_id,
            session_id=turn.session_id,
        )
        async with aclosing(self._completions.stream(request)) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    yield Delta("text", event.text)
                elif isinstance(event, ReasoningDelta):
                    yield Delta("reasoning", event.text)
                elif isinstance(event, Finished):
                    usage = event.usage
                    yield Ended(
                        event.reason,
                        usage.input_tokens if usage else None,
                        usage.output_tokens if usage else None,
                    )
