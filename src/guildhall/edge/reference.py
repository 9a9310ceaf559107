"""The addresses under `/v1` as the OpenAPI document lists them; no framework sees these requests to derive it."""

from typing import Any

_ERROR_DETAIL = {
    "type": "object",
    "required": ["message", "type", "param", "code"],
    "properties": {
        "message": {"type": "string"},
        "type": {"type": "string"},
        "param": {"type": ["string", "null"]},
        "code": {"type": ["string", "null"]},
    },
}
_ERROR = {
    "description": "OpenAI's error shape; the id of the request is in the header `X-Request-Id`.",
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["error"], "properties": {"error": _ERROR_DETAIL}}
        }
    },
}
_ANTHROPIC_ERROR = {
    "description": "Anthropic's error shape.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["type", "error", "request_id"],
                "properties": {
                    "type": {"const": "error"},
                    "error": {
                        "type": "object",
                        "required": ["type", "message"],
                        "properties": {"type": {"type": "string"}, "message": {"type": "string"}},
                    },
                    "request_id": {"type": ["string", "null"]},
                },
            }
        }
    },
}
_ERRORS = {"OpenAI": _ERROR, "Anthropic": _ANTHROPIC_ERROR}


def _operation(
    name: str, summary: str, answer: dict[str, Any], *, manner: str = "OpenAI", **rest: Any
) -> dict[str, Any]:
    error = _ERRORS[manner]
    return {
        "tags": ["models"],
        "operationId": name,
        "summary": summary,
        "security": [{"HTTPBearer": []}],
        "responses": {"200": answer, "4XX": error, "5XX": error},
        **rest,
    }


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_MODEL = {
    "type": "object",
    "required": ["id", "object", "created", "owned_by"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "model"},
        "created": {"type": "integer"},
        "owned_by": {"type": "string"},
    },
}
_MODELS = {
    "type": "object",
    "required": ["object", "data"],
    "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": _MODEL}},
}

_STREAM_OPTIONS = {
    "stream": {"type": "boolean"},
    "stream_options": {"type": "object", "properties": {"include_usage": {"type": "boolean"}}},
}
_MESSAGES = {"type": "array", "minItems": 1, "items": {"type": "object"}}
_WORDS = {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {}}]}


def _request(fields: dict[str, Any]) -> dict[str, Any]:
    """A body with a model and these fields, of which the ones without a default must be there, and any others."""
    optional = set(_STREAM_OPTIONS)
    schema = {
        "type": "object",
        "required": ["model", *(name for name in fields if name not in optional)],
        "properties": {"model": {"type": "string"}, **fields},
        "additionalProperties": True,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _call(name: str, summary: str, fields: dict[str, Any], answer: str, *, manner: str = "OpenAI") -> dict[str, Any]:
    """A call of a model; one that can be streamed says so in its fields."""
    described = _json(answer, {"type": "object"})
    if "stream" in fields:
        described["description"] += " With `stream`, its chunks as server-sent events."
        described["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    return {
        "post": _operation(
            name,
            summary,
            described,
            manner=manner,
            description=f"{manner}'s wire format, with an API key or an access token.",
            requestBody=_request(fields),
        )
    }


PATHS: dict[str, Any] = {
    "/v1/models": {"get": _operation("list_callable_models", "Models you may call", _json("OpenAI's list.", _MODELS))},
    "/v1/models/{model}": {
        "get": _operation(
            "get_callable_model",
            "One model",
            _json("OpenAI's model.", _MODEL),
            parameters=[{"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}],
        )
    },
    "/v1/chat/completions": _call(
        "create_chat_completion",
        "Have a model answer",
        {"messages": _MESSAGES, **_STREAM_OPTIONS},
        "OpenAI's chat completion.",
    ),
    "/v1/completions": _call(
        "create_completion",
        "Have a model complete a text",
        {"prompt": _WORDS, **_STREAM_OPTIONS},
        "OpenAI's completion.",
    ),
    "/v1/embeddings": _call("create_embeddings", "Make vectors of texts", {"input": _WORDS}, "OpenAI's embeddings."),
    "/v1/rerank": _call(
        "create_rerank",
        "Put documents in the order in which they answer a query",
        {"query": {"type": "string"}, "documents": {"type": "array"}},
        "Results with `index` and `relevance_score`, best first, as Cohere and Jina give them.",
    ),
    "/v1/responses": _call(
        "create_response",
        "Have a model answer, in OpenAI's newer form",
        {"input": _WORDS, "stream": {"type": "boolean"}},
        "OpenAI's response.",
    ),
    "/v1/messages": _call(
        "create_message",
        "Have a model answer, in Anthropic's form",
        {"max_tokens": {"type": "integer", "minimum": 1}, "messages": _MESSAGES, "stream": {"type": "boolean"}},
        "Anthropic's message; errors are in Anthropic's shape too.",
        manner="Anthropic",
    ),
    "/v1/messages/count_tokens": _call(
        "count_message_tokens",
        "Count what a message would cost",
        {"messages": _MESSAGES},
        "`input_tokens`, where the model's provider can count.",
        manner="Anthropic",
    ),
    "/v1/moderations": _call("create_moderation", "Have texts judged", {"input": _WORDS}, "OpenAI's moderation."),
}
