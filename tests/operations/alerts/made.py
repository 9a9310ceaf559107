"""What alerts' tests make over the API."""

from typing import Any

import httpx

ALERTS = "/api/v1/operations/alerts"


async def made(admin: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST created."""
    answer = await admin.post(f"{ALERTS}{path}", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
