"""Shapes: how the OpenAPI document describes requests and answers under `/v1`."""

from typing import Any


def _schema_of(error: dict[str, Any]) -> Any:
    return error["content"]["application/json"]["schema"]


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
_EITHER_ERROR = {
    "description": "OpenAI's error shape; with `anthropic-version`, Anthropic's.",
    "content": {"application/json": {"schema": {"anyOf": [_schema_of(_ERROR), _schema_of(_ANTHROPIC_ERROR)]}}},
}
_ERRORS = {"OpenAI": _ERROR, "Anthropic": _ANTHROPIC_ERROR, "either": _EITHER_ERROR}


def operation(
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


def json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_OPENAI_MODEL = {
    "type": "object",
    "required": ["id", "object", "created", "owned_by"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "model"},
        "created": {"type": "integer"},
        "owned_by": {"type": "string"},
        "context_length": {"type": ["integer", "null"], "description": "Tokens of prompt and answer together."},
        "max_output_tokens": {"type": ["integer", "null"]},
        "capabilities": {"type": "array", "items": {"type": "string"}},
        "pricing": {
            "type": ["object", "null"],
            "description": "For one token (`prompt`, `completion`, `input_cache_read`…), one `request`, `image` or"
            " `audio_second`, as decimal text in `currency`; nothing where nobody knows.",
            "required": ["currency"],
            "properties": {"currency": {"type": "string"}},
            "additionalProperties": {"type": "string"},
        },
    },
}
_ANTHROPIC_MODEL = {
    "type": "object",
    "required": ["type", "id", "display_name", "created_at"],
    "properties": {
        "type": {"const": "model"},
        "id": {"type": "string"},
        "display_name": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
    },
}
_OPENAI_MODELS = {
    "type": "object",
    "required": ["object", "data"],
    "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": _OPENAI_MODEL}},
}
_ANTHROPIC_MODELS = {
    "type": "object",
    "required": ["data", "has_more", "first_id", "last_id"],
    "properties": {
        "data": {"type": "array", "items": _ANTHROPIC_MODEL},
        "has_more": {"type": "boolean"},
        "first_id": {"type": ["string", "null"]},
        "last_id": {"type": ["string", "null"]},
    },
}
MODEL = {"anyOf": [_OPENAI_MODEL, _ANTHROPIC_MODEL]}
MODELS = {"anyOf": [_OPENAI_MODELS, _ANTHROPIC_MODELS]}
ITEMS = {
    "type": "object",
    "required": ["object", "data", "has_more"],
    "properties": {
        "object": {"const": "list"},
        "data": {"type": "array", "items": {"type": "object"}},
        "first_id": {"type": ["string", "null"]},
        "last_id": {"type": ["string", "null"]},
        "has_more": {"type": "boolean"},
    },
}

STREAM_OPTIONS = {
    "stream": {"type": "boolean"},
    "stream_options": {"type": "object", "properties": {"include_usage": {"type": "boolean"}}},
}
STORING = {
    "store": {"type": "boolean", "default": True, "description": "Whether it can be read and continued later."},
    "previous_response_id": {"type": "string", "description": "The response to go on from."},
}
_OPTIONAL = {*STREAM_OPTIONS, *STORING}
MESSAGES = {"type": "array", "minItems": 1, "items": {"type": "object"}}
WORDS = {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {}}]}


def request(fields: dict[str, Any]) -> dict[str, Any]:
    """A body with a model and these fields, of which the ones without a default must be there, and any others."""
    schema = {
        "type": "object",
        "required": ["model", *(name for name in fields if name not in _OPTIONAL)],
        "properties": {"model": {"type": "string"}, **fields},
        "additionalProperties": True,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def call(name: str, summary: str, fields: dict[str, Any], answer: str, *, manner: str = "OpenAI") -> dict[str, Any]:
    """A call of a model; one that can be streamed says so in its fields."""
    described = json(answer, {"type": "object"})
    if "stream" in fields:
        described["description"] += " With `stream`, its chunks as server-sent events."
        described["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    return {
        "post": operation(
            name,
            summary,
            described,
            manner=manner,
            description=f"{manner}'s wire format, with an API key or an access token.",
            requestBody=request(fields),
        )
    }


def parameter(name: str, place: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """A parameter in the address, the query or a header; only those in the address must be there."""
    return {"name": name, "in": place, "required": place == "path", "schema": schema or {"type": "string"}}


def upload(name: str, summary: str, file: str, fields: dict[str, Any], answer: str) -> dict[str, Any]:
    """A call with a file, as a form whose model comes first."""
    schema = {
        "type": "object",
        "required": ["model", file, *fields],
        "properties": {"model": {"type": "string"}, **fields, file: {"type": "string", "format": "binary"}},
        "additionalProperties": True,
    }
    return {
        "post": operation(
            name,
            summary,
            {"description": answer, "content": {"*/*": {"schema": {}}}},
            description="OpenAI's form. The part `model` stands before the file, at least within the first megabyte;"
            " the file is passed on as it arrives.",
            requestBody={"required": True, "content": {"multipart/form-data": {"schema": schema}}},
        )
    }


def passed(name: str, summary: str, fields: dict[str, Any], answer: str) -> dict[str, Any]:
    """A call whose answer is passed on as it comes, whatever it is."""
    described = call(name, summary, fields, answer)
    described["post"]["responses"]["200"]["content"] = {"*/*": {"schema": {}}}
    return described
