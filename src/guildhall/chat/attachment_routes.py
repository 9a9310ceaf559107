"""The API of attachments: files that are added to what is said next."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from guildhall.chat.attachment_schemas import AttachmentLimitsOut, AttachmentOut
from guildhall.chat.errors import attachment_too_large
from guildhall.chat.showing import MOST_PICTURES
from guildhall.chat.tables import AttachmentRow
from guildhall.chat.web import OnShelf, Policy
from guildhall.core.errors import BadRequestError
from guildhall.core.middleware import BODY_LIMIT
from guildhall.core.web import PlainText, UserId
from guildhall.workspaces.web import BINARY, BYTES, AskedOf, file_response

router = APIRouter(prefix="/api/v1/chat/attachments", tags=["chat"])
AnId = Annotated[str, Path(max_length=40)]
Name = Annotated[PlainText, Query(min_length=1, max_length=1024, description="Its name, perhaps with folders.")]
_TYPES = ("application/octet-stream", "image/png", "image/jpeg", "image/gif", "image/webp")
_RAW: dict[int | str, dict[str, Any]] = {200: {"content": {name: {"schema": BINARY} for name in _TYPES}}}
_SLACK_BYTES = 1024 * 1024  # more than one piece, so that it is the attachment that is too large, not the request


@router.post("", response_model=AttachmentOut, status_code=201, openapi_extra=BYTES)
async def add_attachment(
    name: Name, user_id: UserId, attachments: OnShelf, policy: Policy, request: Request
) -> AttachmentRow:
    """Keep the bytes sent as an attachment, for a message that follows within a day.

    Whether it is a picture or a text is found by its bytes.
    """
    limit = policy.attachment_bytes
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise attachment_too_large(limit)
    request.scope["state"][BODY_LIMIT] = limit + _SLACK_BYTES
    try:
        return await attachments.add(user_id, name, request.stream())
    except ClientDisconnect:
        raise BadRequestError("upload_interrupted", "The connection broke; nothing was kept.") from None


@router.get("/limits", response_model=AttachmentLimitsOut)
async def get_attachment_limits(_: UserId, policy: Policy) -> AttachmentLimitsOut:
    """What may be attached."""
    return AttachmentLimitsOut(
        most_bytes=policy.attachment_bytes,
        most_files=policy.attachments_per_message,
        most_pictures=MOST_PICTURES,
    )


@router.get("/{attachment_id}", response_model=AttachmentOut)
async def get_attachment(attachment_id: AnId, user_id: UserId, attachments: OnShelf) -> AttachmentRow:
    """One attachment."""
    return await attachments.find(user_id, attachment_id)


@router.get("/{attachment_id}/content", response_class=StreamingResponse, responses=_RAW)
async def get_attachment_content(
    attachment_id: AnId, user_id: UserId, attachments: OnShelf, asked: AskedOf
) -> Response:
    """Its bytes: a picture under its type, everything else as a file to keep; none of it runs in our origin."""
    row = await attachments.find(user_id, attachment_id)
    opened = await attachments.opened(row)
    name = row.name.rpartition("/")[2]
    response = file_response(opened, name, row.size, row.sha256, asked)
    if row.kind == "image" and response.status_code != 304:
        response.headers["content-type"] = row.media_type
        kept = response.headers["content-disposition"]
        response.headers["content-disposition"] = kept.replace("attachment", "inline", 1)
    return response


@router.delete("/{attachment_id}", status_code=204)
async def remove_attachment(attachment_id: AnId, user_id: UserId, attachments: OnShelf) -> None:
    """Forget an attachment that no message has come with."""
    await attachments.remove(user_id, attachment_id)
