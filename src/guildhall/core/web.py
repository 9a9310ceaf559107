"""How a request meets the house: the FastAPI application, its error answers, its transaction, its pages."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
import structlog
from fastapi import Depends, FastAPI, Query, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guildhall import __version__
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError, BadRequestError, NotFoundError, error_body, words_of
from guildhall.core.middleware import request_id_of
from guildhall.core.pages import cursor_of, position_of

Item = TypeVar("Item")
Api = FastAPI
_log = structlog.get_logger("guildhall.http")


class ErrorDetail(BaseModel):
    """What failed, for programs (`code`) and for people (`message`)."""

    type: str
    code: str
    message: str
    param: str | None = None
    details: dict[str, Any] | None = None
    request_id: str


class ErrorBody(BaseModel):
    """The one error shape."""

    error: ErrorDetail


class Input(BaseModel):
    """Mother of request bodies: unknown fields are refused, text is stripped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


# Text that both databases can hold.
PlainText = Annotated[str, AfterValidator(_storable)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # 9999-12-31 west of Greenwich
        raise ValueError("must lie between the years 1 and 9999 in UTC") from None


# A moment with its zone, in UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Page(BaseModel, Generic[Item]):
    """Part of a list; ask again with `cursor=next_cursor` for what follows."""

    items: list[Item]
    next_cursor: str | None


class Cursor(BaseModel):
    """Where in a list to go on, and how much to read."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=400)

    def position(self, *kinds: type) -> list[Any] | None:
        """The sort values, one of each kind, after which to go on. Raises `BadRequestError`."""
        return None if self.cursor is None else position_of(self.cursor, *kinds)


def page_of(rows: Sequence[Any], cursor: Cursor, key: Callable[[Any], list[Any]]) -> dict[str, Any]:
    """A page from up to `limit + 1` rows; `key` gives the sort values of the last row shown."""
    shown = list(rows[: cursor.limit])
    return {"items": shown, "next_cursor": cursor_of(key(shown[-1])) if len(rows) > cursor.limit else None}


PageCursor = Annotated[Cursor, Query()]


async def _session(request: Request) -> AsyncIterator[Session]:
    db: Database = request.app.state.db
    opened = db.read() if request.method in {"GET", "HEAD"} else db.write()
    async with opened as session:
        yield session


# One transaction a request, closed before the answer's first byte: hence the function scope.
DbSession = Annotated[Session, Depends(_session, scope="function")]


# Only tells the API's documentation where the token goes; `identify` reads it.
BearerToken = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="An access token from /api/v1/auth/login.")),
]


@dataclass(frozen=True)
class Caller:
    """Who asks, and by what right: the sign-in or key that the request came with, and until when that is good."""

    user_id: str
    credential_id: str | None = None
    expires_at: datetime | None = None


async def _caller(request: Request, _token: BearerToken) -> Caller:
    caller: Caller = await request.app.state.identify(request)
    return caller


# Who asks, as the floor above tells (`app.py` hands it in). Raises `UnauthorizedError`.
Identified = Annotated[Caller, Depends(_caller)]


async def _user_id(caller: Identified) -> str:
    return caller.user_id


UserId = Annotated[str, Depends(_user_id)]

ERRORS: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorBody}, "5XX": {"model": ErrorBody}}


def create_api(lifespan: Callable[[Api], Any] | None = None) -> Api:
    """The FastAPI application with the one error shape; routers are added by `app.py`."""
    api = Api(
        title="Guildhall",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # served from our own origin by `static_routes`
        redoc_url=None,
        responses=ERRORS,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    api.add_exception_handler(AppError, _app_error)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _unexpected)
    return api


def error_response(error: AppError, request: Request) -> Response:
    """`error` as its HTTP answer."""
    body = orjson.dumps(error_body(error, request_id_of(request.scope)), default=str)
    return Response(body, error.status, error.headers, media_type="application/json")


async def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 - registered for AppError only
    return error_response(error, request)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    found = [
        {"field": ".".join(str(part) for part in problem["loc"][1:]), "message": words_of(problem)}
        for problem in error.errors()[:40]
    ]
    # A body that a route and what it depends on both read is found wrong twice.
    fields = [each for at, each in enumerate(found) if each not in found[:at]][:20]
    if any(problem["type"] == "json_invalid" for problem in error.errors()):
        return error_response(BadRequestError("invalid_json", "The body is not valid JSON."), request)
    first = f"{fields[0]['field']}: {fields[0]['message']}" if fields else "invalid"
    return error_response(
        BadRequestError("invalid_request", f"The request is not valid: {first}.", fields=fields), request
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if isinstance(error.__cause__, AppError):  # raised while the body was being read
        return error_response(error.__cause__, request)
    if error.status_code == 404:
        return error_response(NotFoundError("unknown_url", "There is nothing at this address."), request)
    if error.status_code == 405:
        refused = BadRequestError("method_not_allowed", "This address does not take that method.")
    else:
        refused = BadRequestError("invalid_request", "The request could not be read.")
    response = error_response(refused, request)
    response.status_code = error.status_code
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected", exc_info=error)
    response = error_response(AppError("internal_error", "Something went wrong on our side."), request)
    # The error goes on to the server, which closes the connection: whoever kept it would lose the next request.
    response.headers["connection"] = "close"
    return response
