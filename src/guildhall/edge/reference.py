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
_FAILURES = {"4XX": _ERROR, "5XX": _ERROR}


def _operation(name: str, summary: str, answer: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {
        "tags": ["models"],
        "operationId": name,
        "summary": summary,
        "security": [{"HTTPBearer": []}],
        "responses": {"200": answer, **_FAILURES},
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
_COMPLETION_REQUEST = {
    "type": "object",
    "required": ["model", "messages"],
    "properties": {
        "model": {"type": "string"},
        "messages": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "stream": {"type": "boolean"},
        "stream_options": {"type": "object", "properties": {"include_usage": {"type": "boolean"}}},
    },
    "additionalProperties": True,
}
_COMPLETION = {
    "description": "OpenAI's chat completion; with `stream`, its chunks as server-sent events.",
    "content": {
        "application/json": {"schema": {"type": "object"}},
        "text/event-stream": {"schema": {"type": "string"}},
    },
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
    "/v1/chat/completions": {
        "post": _operation(
            "create_chat_completion",
            "Have a model answer",
            _COMPLETION,
            description="OpenAI's wire format, with an API key or an access token.",
            requestBody={"required": True, "content": {"application/json": {"schema": _COMPLETION_REQUEST}}},
        )
    },
}
