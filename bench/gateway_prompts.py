"""G4: plain completions with prompts of 100 KB, upstream 0 ms. Target: CPU per call at most 1/30 of LiteLLM's."""

from bench import contenders, field
from bench.gateway_plain import measured, table
from bench.verdict import Options, tell

SHARES = {"litellm": 1 / 30}
_CONNECTIONS = 32
_PROMPT = "All work and no play makes a dull prompt. " * (100_000 // 42)


def run(options: Options) -> int:
    """Measure, print the table, and tell by the exit code whether the ratio holds."""
    rounds, seconds = (3, 2) if options.short else (5, 5)
    with (
        field.folder() as where,
        contenders.upstream(where) as provider,
        field.started(where, provider, options) as everybody,
    ):
        results = measured(everybody, where, (_CONNECTIONS,), rounds, seconds, _PROMPT)
    return tell(table(results, _CONNECTIONS, SHARES))
