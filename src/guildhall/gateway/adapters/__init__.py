"""Adapters: pure translators between the dialects of model APIs, with OpenAI's chat completions in the middle.

The gateway asks `pairs.between(caller, provider)` for the one that it needs. Nothing here does any I/O.

Reading order: `reading` and `events` (JSON and server-sent events, with the right errors), then the middle, chat as it
is read (`chat_request`, `chat_answer` and its `pieces`) and written (`chat_writer`), with `tokens`, `efforts`,
`pictures`, `refusals`, `keepsakes` and `vocabulary`. Providers: `chat_on_anthropic` (`claude`, `anthropic_*`) and
`chat_on_gemini` (`gemini`, `gemini_*`). Callers: `messages_on_chat` (`messages_*`) and `responses_on_chat`
(`responses_*`). Both ends at once: `chain`, and `count_on_anthropic` for the one number that two dialects count.
"""
