"""The addresses under `/v1` as the OpenAPI document lists them; no framework sees these requests to derive it."""

from typing import Any

from guildhall.edge import reference_shapes as shapes

_ANTHROPIC_VERSION = shapes.parameter("anthropic-version", "header")
_RESPONSE_ID = shapes.parameter("response_id", "path")
_RESPONSE = shapes.json("OpenAI's response.", {"type": "object"})
_PROMPT = {"prompt": {"type": "string"}}

PATHS: dict[str, Any] = {
    "/v1/models": {
        "get": shapes.operation(
            "list_callable_models",
            "Models you may call",
            shapes.json("OpenAI's list; with `anthropic-version`, a page of Anthropic's.", shapes.MODELS),
            parameters=[
                _ANTHROPIC_VERSION,
                shapes.parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 1000}),
                shapes.parameter("after_id", "query"),
                shapes.parameter("before_id", "query"),
            ],
            manner="either",
        )
    },
    "/v1/models/{model}": {
        "get": shapes.operation(
            "get_callable_model",
            "One model",
            shapes.json("OpenAI's model; with `anthropic-version`, Anthropic's.", shapes.MODEL),
            parameters=[shapes.parameter("model", "path"), _ANTHROPIC_VERSION],
            manner="either",
        )
    },
    "/v1/chat/completions": shapes.call(
        "create_chat_completion",
        "Have a model answer",
        {"messages": shapes.MESSAGES, **shapes.STREAM_OPTIONS},
        "OpenAI's chat completion.",
    ),
    "/v1/completions": shapes.call(
        "create_completion",
        "Have a model complete a text",
        {"prompt": shapes.WORDS, **shapes.STREAM_OPTIONS},
        "OpenAI's completion.",
    ),
    "/v1/embeddings": shapes.call(
        "create_embeddings", "Make vectors of texts", {"input": shapes.WORDS}, "OpenAI's embeddings."
    ),
    "/v1/rerank": shapes.call(
        "create_rerank",
        "Put documents in the order in which they answer a query",
        {"query": {"type": "string"}, "documents": {"type": "array"}},
        "Results with `index` and `relevance_score`, best first, as Cohere and Jina give them.",
    ),
    "/v1/responses": shapes.call(
        "create_response",
        "Have a model answer, in OpenAI's newer form",
        {"input": shapes.WORDS, "stream": {"type": "boolean"}, **shapes.STORING},
        "OpenAI's response.",
    ),
    "/v1/responses/input_tokens": shapes.call(
        "count_response_tokens",
        "Count what a response would read",
        {"input": shapes.WORDS, "previous_response_id": shapes.STORING["previous_response_id"]},
        "`input_tokens`, where the model's provider can count.",
    ),
    "/v1/responses/{response_id}": {
        "get": shapes.operation("get_response", "One of your stored responses", _RESPONSE, parameters=[_RESPONSE_ID]),
        "delete": shapes.operation("delete_response", "Forget a stored response", _RESPONSE, parameters=[_RESPONSE_ID]),
    },
    "/v1/responses/{response_id}/input_items": {
        "get": shapes.operation(
            "list_response_input",
            "What went into a stored response, earlier turns included",
            shapes.json("OpenAI's list of items, the newest first.", shapes.ITEMS),
            parameters=[
                _RESPONSE_ID,
                shapes.parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 100}),
                shapes.parameter("order", "query", {"enum": ["asc", "desc"]}),
                shapes.parameter("after", "query"),
            ],
        )
    },
    "/v1/messages": shapes.call(
        "create_message",
        "Have a model answer, in Anthropic's form",
        {"max_tokens": {"type": "integer", "minimum": 1}, "messages": shapes.MESSAGES, "stream": {"type": "boolean"}},
        "Anthropic's message; errors are in Anthropic's shape too.",
        manner="Anthropic",
    ),
    "/v1/messages/count_tokens": shapes.call(
        "count_message_tokens",
        "Count what a message would cost",
        {"messages": shapes.MESSAGES},
        "`input_tokens`, where the model's provider can count.",
        manner="Anthropic",
    ),
    "/v1/moderations": shapes.call(
        "create_moderation", "Have texts judged", {"input": shapes.WORDS}, "OpenAI's moderation."
    ),
    "/v1/images/generations": shapes.passed(
        "create_image", "Have a picture made", _PROMPT, "OpenAI's images, or its events."
    ),
    "/v1/images/edits": shapes.upload(
        "create_image_edit", "Have a picture changed", "image", _PROMPT, "OpenAI's images, or its events."
    ),
    "/v1/images/variations": shapes.upload(
        "create_image_variation", "Have a picture varied", "image", {}, "OpenAI's images."
    ),
    "/v1/audio/speech": shapes.passed(
        "create_speech", "Have a text spoken", {"input": {"type": "string"}}, "Sound, as the provider makes it."
    ),
    "/v1/audio/transcriptions": shapes.upload(
        "create_transcription", "Have sound written down", "file", {}, "OpenAI's transcription, or its events, or text."
    ),
    "/v1/audio/translations": shapes.upload(
        "create_translation", "Have sound written down in English", "file", {}, "OpenAI's translation, or text."
    ),
}
