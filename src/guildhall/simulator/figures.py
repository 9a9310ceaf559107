"""Figures: simulated vectors, ranks and verdicts, made from the words alone, so that the same words give the same."""

import base64
import hashlib
import math
import re
import struct
from collections.abc import Callable
from typing import Any

import msgspec

from guildhall.simulator import answers, anthropic

_DIMENSIONS = 64
_MOST_DIMENSIONS = 4096
_CATEGORIES = ("harassment", "hate", "self-harm", "sexual", "violence")
_WORD = re.compile(r"\w+")


class EmbeddingRequest(msgspec.Struct):
    """Texts, or texts as tokens, to be made vectors of."""

    model: str
    input: str | list[str | int | list[int]]
    dimensions: int = _DIMENSIONS
    encoding_format: str = "float"


class RerankRequest(msgspec.Struct):
    """Documents to be put in the order in which they answer a query."""

    model: str
    query: str
    documents: list[str | dict[str, Any]]
    top_n: int | None = None
    return_documents: bool = False


class ModerationRequest(msgspec.Struct):
    """Texts to be judged."""

    input: str | list[str | dict[str, Any]]
    model: str = "simulated-moderation"


def answer(path: str, body: bytes) -> dict[str, Any]:
    """The answer to a request for one of `ANSWERS`. Raises `msgspec.DecodeError`."""
    return ANSWERS[path](body)


def _embeddings(body: bytes) -> dict[str, Any]:
    request = msgspec.json.decode(body, type=EmbeddingRequest)
    texts = [_text(each) for each in _several(request.input)]
    size = min(max(1, request.dimensions), _MOST_DIMENSIONS)
    entries = []
    for index, text in enumerate(texts):
        vector: Any = _vector(text, size)
        if request.encoding_format == "base64":
            vector = base64.b64encode(struct.pack(f"<{size}f", *vector)).decode()
        entries.append({"object": "embedding", "index": index, "embedding": vector})
    tokens = sum(answers.count(text) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": entries, "model": request.model, "usage": usage}


def _several(given: str | list[Any]) -> list[Any]:
    return given if isinstance(given, list) and not (given and isinstance(given[0], int)) else [given]


def _text(given: Any) -> str:
    return given if isinstance(given, str) else " ".join(str(token) for token in given)


def _vector(text: str, size: int) -> list[float]:
    """Of length 1; each word turns it a little, so that texts which share words are near each other."""
    sums = [0.0] * size
    for word in _WORD.findall(text.lower()) or [text]:
        digest = hashlib.shake_128(word.encode()).digest(size)
        for place, byte in enumerate(digest):
            sums[place] += byte - 127.5
    length = math.sqrt(sum(value * value for value in sums)) or 1.0
    return [value / length for value in sums]


def _rerank(body: bytes) -> dict[str, Any]:
    request = msgspec.json.decode(body, type=RerankRequest)
    texts = [each if isinstance(each, str) else str(each.get("text", "")) for each in request.documents]
    asked = set(_WORD.findall(request.query.lower()))
    scores = [len(asked & set(_WORD.findall(text.lower()))) / max(1, len(asked)) for text in texts]
    best = sorted(range(len(texts)), key=lambda index: -scores[index])[: request.top_n]
    results: list[dict[str, Any]] = [{"index": index, "relevance_score": scores[index]} for index in best]
    if request.return_documents:
        for result in results:
            result["document"] = {"text": texts[result["index"]]}
    tokens = answers.count(request.query) + sum(answers.count(text) for text in texts)
    return {"model": request.model, "results": results, "usage": {"total_tokens": tokens}}


def _moderations(body: bytes) -> dict[str, Any]:
    request = msgspec.json.decode(body, type=ModerationRequest)
    given = request.input if isinstance(request.input, list) else [request.input]
    texts = [each if isinstance(each, str) else str(each.get("text", "")) for each in given]
    return {"id": "modr-simulated", "model": request.model, "results": [_verdict(text) for text in texts]}


def _verdict(text: str) -> dict[str, Any]:
    """A category is found where the text names it: nothing is understood here."""
    found = {name: name in text.lower() for name in _CATEGORIES}
    scores = {name: 0.99 if is_found else 0.01 for name, is_found in found.items()}
    return {"flagged": any(found.values()), "categories": found, "category_scores": scores}


ANSWERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "/v1/embeddings": _embeddings,
    "/v1/rerank": _rerank,
    "/v1/moderations": _moderations,
    "/v1/messages/count_tokens": anthropic.count,
}
