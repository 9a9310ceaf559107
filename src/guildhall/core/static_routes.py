"""The browser app: built files under `static/`, and `index.html` for every address that is a page of it."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from guildhall.core.static_files import STATIC

_NOT_PAGES = ("api/", "v1/", "apps/", "assets/", "docs/", ".well-known/")
_API_DOCS = STATIC / "docs" / "index.html"

router = APIRouter(include_in_schema=False)


@router.api_route("/docs", methods=["GET", "HEAD"])
async def api_docs() -> Response:
    """The API's documentation, on scripts and styles of our own origin."""
    if not _API_DOCS.is_file():
        raise HTTPException(404)
    return FileResponse(_API_DOCS, headers={"cache-control": "no-cache"})


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
async def page(path: str, _request: Request) -> Response:
    """A built file, or the app itself; assets carry a hash in their name and never change."""
    file = _built(path)
    if file:
        forever = path.startswith("assets/")
        return FileResponse(
            file, headers={"cache-control": "public, max-age=31536000, immutable" if forever else "no-cache"}
        )
    index = STATIC / "index.html"
    if path.startswith(_NOT_PAGES) or not index.is_file():
        raise HTTPException(404)
    return FileResponse(index, headers={"cache-control": "no-cache"})


def _built(path: str) -> Path | None:
    """The built file at this address, if there is one."""
    try:
        file = (STATIC / path).resolve()
        return file if file.is_relative_to(STATIC) and file.is_file() else None
    except OSError:  # no file can have such a name
        return None
