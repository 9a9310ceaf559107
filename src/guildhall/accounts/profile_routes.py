"""HTTP of one's own account: name, picture, password, address, devices, export, leaving."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from guildhall.accounts import exports, pictures, profiles, queries, sign_ins, user_queries, users
from guildhall.accounts.schemas import EmailIn, EndedOut, LeaveIn, MeOut, PasswordIn, ProfileIn, SignInOut
from guildhall.accounts.tables import User
from guildhall.accounts.web import (
    Acting,
    CurrentUser,
    Person,
    clear_refresh_cookie,
    sign_in_of,
    visitor_of,
)
from guildhall.core.clock import now
from guildhall.core.errors import NotFoundError, TooLargeError
from guildhall.core.web import DbSession, PlainText

ID_PATTERN = r"^[0-9a-z_]{1,32}$"
AnId = Annotated[str, Path(pattern=ID_PATTERN)]
_PICTURE = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/png", "image/jpeg", "image/webp")
        },
    }
}

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.get("/me", response_model=MeOut)
async def read_me(user: CurrentUser) -> Mapping[str, Any]:
    """The account that asks."""
    return _me(user)


@router.patch("/me", response_model=MeOut)
async def change_me(body: ProfileIn, user: Person, acting: Acting, session: DbSession) -> Mapping[str, Any]:
    """Call oneself something else."""
    return _me(await profiles.rename(session, acting, user, body.name))


@router.put("/me/avatar", response_model=MeOut, openapi_extra=_PICTURE)
async def set_my_avatar(request: Request, user: Person, acting: Acting, session: DbSession) -> Mapping[str, Any]:
    """Show this picture: a PNG, JPEG or WebP of at most 1 MB and 2,048 pixels a side."""
    content = await request.body()
    if len(content) > pictures.MAX_BYTES:
        raise TooLargeError("picture_too_large", "The picture is too large.", limit_bytes=pictures.MAX_BYTES)
    return _me(await profiles.set_avatar(session, acting, user, content))


@router.delete("/me/avatar", response_model=MeOut)
async def remove_my_avatar(user: Person, acting: Acting, session: DbSession) -> Mapping[str, Any]:
    """Show no picture."""
    return _me(await profiles.remove_avatar(session, acting, user))


@router.get(
    "/users/{user_id}/avatar",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in ("image/png", "image/jpeg", "image/webp")}}},
)
async def read_avatar(
    user_id: AnId, session: DbSession, v: Annotated[PlainText, Query(max_length=16)] = ""
) -> Response:
    """Somebody's picture, at the address that their account names."""
    avatar = await user_queries.avatar_of(session, user_id, v)
    if avatar is None:
        raise NotFoundError("avatar_not_found", "There is no such picture.")
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(avatar.image, media_type=avatar.media_type, headers=headers)


@router.post("/me/password", status_code=204)
async def change_my_password(body: PasswordIn, user: Person, request: Request) -> None:
    """Choose another password; every other device is signed out."""
    state = request.app.state
    await profiles.change_password(
        state.db,
        state.attempts,
        user,
        visitor_of(request),
        current=body.current,
        new=body.new,
        sign_in_id=sign_in_of(request),
    )


@router.post("/me/email", response_model=MeOut)
async def change_my_email(body: EmailIn, user: Person, request: Request) -> Mapping[str, Any]:
    """Sign in with another address from now on."""
    state = request.app.state
    changed = await profiles.change_email(
        state.db, state.attempts, user, visitor_of(request), password=body.password, email=body.email
    )
    return _me(changed)


@router.get("/me/sign-ins", response_model=list[SignInOut])
async def list_my_sign_ins(user: Person, request: Request, session: DbSession) -> Sequence[Mapping[str, Any]]:
    """Where one is signed in, the device used last first."""
    current = sign_in_of(request)
    return [
        {
            "id": row.id,
            "address": row.address,
            "device": row.device,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at or row.created_at,
            "current": row.id == current,
        }
        for row in await queries.sign_ins_of(session, user.id, at=now())
    ]


@router.delete("/me/sign-ins/{sign_in_id}", status_code=204)
async def end_my_sign_in(sign_in_id: AnId, user: Person, acting: Acting, session: DbSession) -> None:
    """Sign one device out, at once."""
    await sign_ins.end(session, acting, user.id, sign_in_id)


@router.delete("/me/sign-ins", response_model=EndedOut)
async def end_my_sign_ins(
    user: Person, acting: Acting, request: Request, session: DbSession, everywhere: bool = False
) -> Mapping[str, int]:
    """Sign every other device out, or with `everywhere` this one too, at once."""
    but = None if everywhere else sign_in_of(request)
    return {"ended": await sign_ins.end_all(session, acting, user.id, but=but)}


@router.get("/me/export", response_class=StreamingResponse, responses={200: {"content": {"application/json": {}}}})
async def export_me(user: Person, request: Request) -> StreamingResponse:
    """Everything the hall keeps about the account that asks, as one JSON document."""
    state = request.app.state
    name = f"guildhall-{now():%Y-%m-%d}.json"
    return StreamingResponse(
        exports.stream(state.db, user, state.export_parts),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


@router.delete("/me", status_code=204)
async def delete_me(body: LeaveIn, user: Person, acting: Acting, request: Request, response: Response) -> None:
    """Delete one's account and everything in it, for good."""
    state = request.app.state
    if user.password_digest is not None:
        await profiles.confirm(state.db, state.attempts, user, body.password, visitor_of(request))
    async with state.db.write() as session:
        await users.remove(session, acting, user.id, state.farewells)
    clear_refresh_cookie(response, state.settings)


def _me(user: User) -> Mapping[str, Any]:
    fields = ("id", "email", "name", "role", "state", "avatar_url", "created_at", "last_seen_at")
    return {name: getattr(user, name) for name in fields} | {"has_password": user.password_digest is not None}
