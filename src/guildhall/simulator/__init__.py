"""A small, honest stand-in for a model provider, run as a process of its own.

It speaks OpenAI's, Anthropic's and Google's protocols with templated answers that say they are simulated, so that a
newcomer can try everything without a key, and it misbehaves on demand, so that tests and benchmarks have something real
to call.
It imports nothing from the rest of Guildhall.

Reading order: `script` (what a message asks of it), `answers` (what it says), `wire` (how OpenAI writes that down),
`anthropic` and `gemini` (how the others do),
`figures` (vectors, ranks, verdicts), `app` (the ASGI application), `serve` (the process).
"""
