"""People who come to the hall in these tests."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from guildhall.core.ids import new_id
from tests.services import product
from tests.services.product import PASSWORD, Running

COOKIE = "guildhall_refresh"


def address() -> str:
    """An address nobody has used."""
    return f"{new_id('us').replace('_', '-')}@example.org"


def registration(**changes: Any) -> dict[str, Any]:
    """The body of a registration that would succeed."""
    return {"email": address(), "password": PASSWORD, "name": "Vera Visitor"} | changes


@contextlib.asynccontextmanager
async def visitor(server: Running, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own, with an empty cookie jar."""
    async with product.client(server.url, **options) as http:
        yield http


async def register(http: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Register over `http` and return the answer; the access token is sent from then on."""
    answer = await http.post("/api/v1/auth/register", json=registration(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    http.headers["authorization"] = f"Bearer {body['access_token']}"
    return body


def failure(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, having checked that it has the one shape."""
    error = answer.json()["error"]
    assert set(error) - {"param", "details"} == {"type", "code", "message", "request_id"}
    return answer.status_code, error["code"]
