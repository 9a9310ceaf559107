"""How requests meet workspaces: whose they are, paths, preconditions, and answers that browsers keep and never show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote

from fastapi import Depends, Header, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from guildhall.core.errors import RangeError
from guildhall.core.web import UserId
from guildhall.workspaces import workspaces
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.staging import ABSENT
from guildhall.workspaces.tables import Workspace

AnId = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]
PathQuery = Annotated[str, Query(alias="path", min_length=1, max_length=1024)]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=200, description="The etag that must be there; `*`: any.")
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", max_length=200, description="`*`: there must be nothing yet.")
]
BINARY = {"type": "string", "format": "binary"}
_CONTENT = {"application/octet-stream": {"schema": BINARY}}
BYTES = {"requestBody": {"required": True, "content": _CONTENT}}
RAW: dict[int | str, dict[str, Any]] = {200: {"content": _CONTENT}}
STRETCH: dict[int | str, dict[str, Any]] = RAW | {
    206: {"description": "The stretch that was asked for.", "content": _CONTENT},
    304: {"description": "It is what it was."},
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 256 * 1024
# Nothing of a workspace runs in our origin, whatever it is and however somebody came to open it.
_KEPT_AWAY = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}


def _ground(request: Request) -> Ground:
    ground: Ground = request.app.state.workspaces.ground
    return ground


OnGround = Annotated[Ground, Depends(_ground)]


async def _own(workspace_id: AnId, user_id: UserId, ground: OnGround) -> Workspace:
    async with ground.db.read() as session:
        return await workspaces.find(session, user_id, workspace_id)


# The workspace of the address, if it is the caller's. No transaction stays open while files are read and written.
Own = Annotated[Workspace, Depends(_own)]


@dataclass(frozen=True)
class Asked:
    """What of a file is asked for: one stretch of it, or nothing when it is what the caller has."""

    stretch: str | None
    stretch_of: str | None
    """The tag of the file that the stretch is meant to be of: of another one everything is sent."""
    known: str | None


def _asked(
    wanted: Annotated[str | None, Header(alias="Range", description="`bytes=0-99`: one stretch.")] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", description="The etag that the stretch is of.")] = None,
    if_none_match: Annotated[
        str | None, Header(alias="If-None-Match", description="Etags of what the caller has: 304 for those.")
    ] = None,
) -> Asked:
    return Asked(wanted, if_range, if_none_match)


AskedOf = Annotated[Asked, Depends(_asked)]


def expected_of(if_match: str | None, if_none_match: str | None) -> str | None:
    """What a writer expects to be there: an etag, `*` for any, `ABSENT` for nothing; None when anything may be."""
    if if_none_match is not None and if_none_match.strip() == "*":
        return ABSENT
    if if_match is None:
        return None
    return if_match.strip().removeprefix("W/").strip('"')


def attachment(name: str) -> dict[str, str]:
    """Headers that have a browser keep what it gets as a file of this name, and never show it."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name) or "file"
    exact = quote(name.encode("utf-8", "replace"), safe="")
    return {**_KEPT_AWAY, "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"}


def file_response(file: BinaryIO, name: str, size: int, etag: str, asked: Asked) -> Response:
    """An open file, whole or the one stretch that is asked for, or 304; closes it. Raises `RangeError`."""
    headers = attachment(name) | {"accept-ranges": "bytes", "etag": f'"{etag}"'}
    if _is_known(etag, asked.known):
        file.close()
        return Response(status_code=304, headers=headers)
    try:
        stretch = _stretch(asked.stretch, size) if asked.stretch_of in {None, f'"{etag}"'} else None
    except RangeError:
        file.close()
        raise
    first, last = stretch or (0, size - 1)
    headers["content-length"] = str(last - first + 1)
    if stretch is not None:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    pieces = _pieces(file, first, last - first + 1)
    status = 200 if stretch is None else 206
    return StreamingResponse(pieces, status, headers, media_type="application/octet-stream")


def _is_known(etag: str, known: str | None) -> bool:
    """Whether an `If-None-Match` names the etag; a mark of weakness says nothing against it here."""
    named = [one.strip().removeprefix("W/").strip('"') for one in (known or "").split(",")]
    return etag in named or named == ["*"]


def _stretch(wanted: str | None, size: int) -> tuple[int, int] | None:
    """The first and last byte of a range; None for everything, also where the header is not understood."""
    found = _RANGE.fullmatch(wanted.strip()) if wanted and len(wanted) < 100 else None
    if found is None or found.groups() == ("", ""):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end) if end else size - 1, size - 1)
    if first > last or first >= size:
        error = RangeError("range_not_satisfiable", "The file has no such stretch.", size=size)
        error.headers["content-range"] = f"bytes */{size}"
        raise error
    return first, last


def _pieces(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    """Iterated in a thread, as Starlette does with what is not asynchronous."""
    with file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece
        if length:  # it was cut short meanwhile: break off rather than answer less than was said
            raise OSError("the file became shorter while it was sent")
