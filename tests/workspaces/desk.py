"""What tests of workspaces do all the time."""

from typing import Any

import httpx

WORKSPACES = "/api/v1/workspaces"


async def begin(http: httpx.AsyncClient, name: str = "Desk") -> str:
    """A new workspace; gives its address."""
    answer = await http.post(WORKSPACES, json={"name": name})
    assert answer.status_code == 201, answer.text
    return f"{WORKSPACES}/{answer.json()['id']}"


async def write(http: httpx.AsyncClient, desk: str, path: str, text: str | bytes, **headers: str) -> httpx.Response:
    """Write a file, with headers such as `if_match`."""
    content = text.encode() if isinstance(text, str) else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.put(f"{desk}/file", params={"path": path}, content=content, headers=named)


async def wrote(http: httpx.AsyncClient, desk: str, path: str, text: str | bytes) -> str:
    """The same, which must go well; gives the etag."""
    answer = await write(http, desk, path, text)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["etag"])


async def read(http: httpx.AsyncClient, desk: str, path: str) -> Any:
    """A file as the API gives it, or the code of the refusal."""
    return seen(await http.get(f"{desk}/file", params={"path": path}))


async def names(http: httpx.AsyncClient, desk: str, path: str = "") -> list[str]:
    """The paths in a folder."""
    answer = await http.get(f"{desk}/files", params={"path": path, "limit": 200})
    assert answer.status_code == 200, answer.text
    return [entry["path"] for entry in answer.json()["items"]]


async def versions(http: httpx.AsyncClient, desk: str, path: str) -> list[Any]:
    """The versions of a file, newest first."""
    answer = await http.get(f"{desk}/versions", params={"path": path, "limit": 200})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def seen(answer: httpx.Response) -> Any:
    """An answer's JSON, or of a refusal its status and code."""
    if answer.status_code >= 400:
        return answer.status_code, answer.json()["error"]["code"]
    return answer.json()
