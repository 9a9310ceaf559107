"""What accounts take and give over HTTP."""

import re
from datetime import datetime
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from guildhall.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from guildhall.accounts.tables import Role
from guildhall.core.web import Input

# Control characters, line and paragraph separators; PostgreSQL stores no NUL, and no name needs the rest.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _printable(value: str) -> str:
    if _UNPRINTABLE.search(value):
        raise PydanticCustomError("unprintable", "must not contain control characters")
    return value


def _address(value: str) -> str:
    # The syntax check refuses names of private networks, such as hall.local, where a self-hosted hall may well live;
    # behind a neutral suffix they pass.
    suffix = ".lan"
    try:
        checked = validate_email(value + suffix, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise PydanticCustomError("email", "must be an email address such as ada@example.org") from None
    return checked.normalized.removesuffix(suffix).lower()


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_address)]
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=MAX_LENGTH), AfterValidator(_printable)]
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=MIN_LENGTH, max_length=MAX_LENGTH),
    AfterValidator(_printable),
]


class RegisterIn(Input):
    """A new account."""

    email: Email
    password: NewPassword = Field(repr=False)
    name: Name


class LoginIn(Input):
    """Who wants to come in."""

    email: Email
    password: Password = Field(repr=False)


class UserOut(BaseModel):
    """An account as its owner sees it."""

    id: str
    email: str | None
    name: str
    role: Role
    created_at: datetime


class AuthOut(BaseModel):
    """A sign-in: the access token for the `Authorization` header; the refresh token is in the cookie."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    user: UserOut


class SetupOut(BaseModel):
    """What the browser must know before anyone has signed in."""

    needs_admin: bool
    registration_open: bool
    version: str


class KeyIn(Input):
    """A new API key; the name tells its owner what it is for."""

    name: Name


class KeyOut(BaseModel):
    """An API key without its secret."""

    id: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None


class NewKeyOut(KeyOut):
    """A key just made, with its secret: the only time it is shown."""

    key: str
