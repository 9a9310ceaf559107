"""The OpenAPI document of the running product, read: its routes, and a body that fits each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

METHODS = ("get", "post", "put", "patch", "delete")
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "5a3d5c8f0000000049454e44ae426082"
)
_TEXTS = {"email": "walker@example.org", "date-time": "2030-01-01T00:00:00Z", "uri": "https://example.org"}


@dataclass(frozen=True)
class Route:
    """One operation of the document."""

    method: str
    path: str
    operation: Mapping[str, Any]
    schemas: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def places(self) -> list[str]:
        """The path up to and including each of its parameters: what has to be filled in."""
        parts = self.path.split("/")
        return ["/".join(parts[: number + 1]) for number, part in enumerate(parts) if part.startswith("{")]

    def address(self, filled: Mapping[str, str]) -> str:
        """The path with its parameters filled in, by their places."""
        parts = self.path.split("/")
        for place in self.places:
            parts[place.count("/")] = filled[place]
        return "/".join(parts)

    def request(self) -> dict[str, Any]:
        """What to send: a body that the schema allows, and the query that is required."""
        sent: dict[str, Any] = {}
        content = self.operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            sent["json"] = example(content["application/json"].get("schema", {}), self.schemas)
        elif content:
            sent = {"content": _PIXEL, "headers": {"content-type": "image/png"}}
        required = [p for p in self.operation.get("parameters", []) if p["in"] == "query" and p["required"]]
        return sent | {"params": {p["name"]: example(p["schema"], self.schemas) for p in required}}


async def routes(http: httpx.AsyncClient) -> list[Route]:
    """Every operation that the product documents."""
    document = (await http.get("/openapi.json")).json()
    return list(_routes(document))


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                yield Route(method.upper(), path, operations[method], document["components"]["schemas"])


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that the schema allows: as little as is required, and one property where nothing is."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(next(one for one in schema[choice] if one.get("type") != "null"), schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        names = schema.get("required") or list(properties)[:1]
        return {name: example(properties[name], schemas) for name in names if name in properties}
    if kind == "array":
        return [example(schema.get("items", {}), schemas)] * schema.get("minItems", 0)
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    text = _TEXTS.get(schema.get("format", ""), "walk")
    return text.ljust(schema.get("minLength", 0), "x")
