"""What accounts take and give over HTTP: people, signing in, invitations."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from guildhall.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from guildhall.accounts.tables import Role, UserState
from guildhall.core.web import Input

# Control characters, line and paragraph separators; PostgreSQL stores no NUL, and no name needs the rest.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What turns the direction of the text around it: a name could show as somebody else's.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def _printable(value: str) -> str:
    if _UNPRINTABLE.search(value):
        raise PydanticCustomError("unprintable", "must not contain control characters")
    return value


def _showing(value: str) -> str:
    if _TURNING.search(value) or all(unicodedata.category(letter) in {"Cf", "Zs"} for letter in value):
        raise PydanticCustomError("unprintable", "must be letters that people can see, in the order they are written")
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


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable), AfterValidator(_showing)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_address)]
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=MAX_LENGTH), AfterValidator(_printable)]
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=MIN_LENGTH, max_length=MAX_LENGTH),
    AfterValidator(_printable),
]
Secret = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class RegisterIn(Input):
    """A new account; `invitation` is the secret of a link, where one is needed."""

    email: Email
    password: NewPassword = Field(repr=False)
    name: Name
    invitation: Secret | None = Field(None, repr=False)


class LoginIn(Input):
    """Who wants to come in."""

    email: Email
    password: Password = Field(repr=False)


class ForgottenIn(Input):
    """Who has forgotten their password."""

    email: Email


class ResetIn(Input):
    """A new password, by the secret of a link."""

    token: Secret = Field(repr=False)
    password: NewPassword = Field(repr=False)


class UserOut(BaseModel):
    """An account, as its owner and admins see it. A guest has no address."""

    id: str
    email: str | None
    name: str
    role: Role
    state: UserState
    avatar_url: str | None
    created_at: datetime
    last_seen_at: datetime | None


class MeOut(UserOut):
    """One's own account. Without a password one came by another house's sign-in."""

    has_password: bool


class AuthOut(BaseModel):
    """A sign-in: the access token for the `Authorization` header; the refresh token is in the cookie."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    user: UserOut


class OtherSignInOut(BaseModel):
    """Another house that people may sign in through."""

    id: str
    name: str


class AnnouncementOut(BaseModel):
    """The banner at the top of every page."""

    text: str
    level: Literal["info", "warning", "critical"]
    until: datetime | None
    revision: int


class SetupOut(BaseModel):
    """What the browser must know before anyone has signed in."""

    needs_admin: bool
    registration: Literal["open", "invite", "closed"]
    guests: bool
    can_send_links: bool
    """Whether a forgotten password can be replaced by mail."""
    oidc: list[OtherSignInOut]
    version: str
    announcement: AnnouncementOut | None


class ProfileIn(Input):
    """What people change about themselves without a password."""

    name: Name


class PasswordIn(Input):
    """A new password, and the one of now."""

    current: Password = Field(repr=False)
    new: NewPassword = Field(repr=False)


class EmailIn(Input):
    """A new address to sign in with, and the password."""

    password: Password = Field(repr=False)
    email: Email


class LeaveIn(Input):
    """The password of an account to delete; guests have none."""

    password: Password = Field("", repr=False)


class IdentityOut(BaseModel):
    """Another house's sign-in that opens one's account."""

    issuer: str
    created_at: datetime


class SignInOut(BaseModel):
    """Where somebody is signed in; `current` is the one that asks."""

    id: str
    address: str
    device: str
    created_at: datetime
    last_used_at: datetime
    current: bool


class EndedOut(BaseModel):
    """How many sign-ins were ended."""

    ended: int


class UserChangeIn(Input):
    """What an admin changes about an account; what is absent stays."""

    role: Role | None = None
    state: UserState | None = None
    name: Name | None = None


class LinkOut(BaseModel):
    """A link that works once, and until when."""

    link: str
    expires_at: datetime


class InvitationIn(Input):
    """Whom to invite; without an address, whoever has the link."""

    email: Email | None = None
    role: Literal["admin", "member"] = "member"
    expires_in_days: int = Field(7, ge=1, le=90)


class InvitationOut(BaseModel):
    """An invitation without its link."""

    id: str
    email: str | None
    role: Role
    state: Literal["open", "used", "expired", "revoked"]
    invited_by: str | None
    created_at: datetime
    expires_at: datetime
    used_by: str | None


class NewInvitationOut(InvitationOut):
    """An invitation just made, with its link: the only time it is shown."""

    link: str
    is_mailed: bool


class OpenInvitationOut(BaseModel):
    """An invitation as the invited person sees it."""

    email: str | None
    role: Role
    state: Literal["open", "used", "expired", "revoked"]
    invited_by: str | None
    expires_at: datetime
