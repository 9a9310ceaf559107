"""Users: register, and make the first admin from the command line or the environment."""

import structlog
from pydantic import ValidationError

from guildhall.accounts import passwords, queries
from guildhall.accounts.schemas import RegisterIn
from guildhall.accounts.tables import Role, User
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import BadRequestError, ConflictError, ForbiddenError
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings

_log = structlog.get_logger("guildhall.accounts")


async def register(db: Database, wanted: RegisterIn, *, allow_registration: bool) -> User:
    """Add an account for whoever asks; the first becomes the admin's, even when registration is closed."""
    async with db.read() as session:
        await _admit(session, wanted.email, allow_registration)
    digest = await passwords.digest(wanted.password)
    async with db.write() as session:
        await queries.lock_users(session)
        await _admit(session, wanted.email, allow_registration)
        role: Role = "member" if await queries.any_user(session) else "admin"
        return await _add(session, wanted, digest, role)


async def create_admin(db: Database, email: str, password: str, name: str) -> User:
    """Add an admin. Raises `BadRequestError` (`invalid_request`) or `ConflictError` (`email_taken`)."""
    wanted = _checked(email, password, name)
    digest = await passwords.digest(wanted.password)
    async with db.write() as session:
        await queries.lock_users(session)
        await _require_free(session, wanted.email)
        return await _add(session, wanted, digest, "admin")


async def ensure_first_admin(db: Database, settings: Settings) -> None:
    """Make the admin that the environment names, if it names one and no account exists; harmless to repeat."""
    email, password = settings.admin_email, settings.admin_password.get_secret_value()
    if not email or not password:
        return
    wanted = _checked(email, password, "Admin")
    async with db.read() as session:
        if await queries.any_user(session):
            return
    digest = await passwords.digest(wanted.password)
    async with db.write() as session:
        await queries.lock_users(session)
        if not await queries.any_user(session):
            await _add(session, wanted, digest, "admin")


def _checked(email: str, password: str, name: str) -> RegisterIn:
    try:
        return RegisterIn(email=email, password=password, name=name)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = problem["loc"][0]
        raise BadRequestError("invalid_request", f"The {field} is not valid: {problem['msg']}.") from None


async def _admit(session: Session, email: str, allow_registration: bool) -> None:
    if not allow_registration and await queries.any_user(session):
        raise ForbiddenError("registration_closed", "Registration is closed; ask an admin for an account.")
    await _require_free(session, email)


async def _require_free(session: Session, email: str) -> None:
    if await queries.user_by_email(session, email):
        raise ConflictError("email_taken", "An account with this address exists; sign in instead.")


async def _add(session: Session, wanted: RegisterIn, digest: str, role: Role) -> User:
    user = User(
        id=new_id("us"),
        email=wanted.email,
        name=wanted.name,
        role=role,
        state="active",
        password_digest=digest,
        created_at=now(),
    )
    await queries.add_user(session, user)
    _log.info("account_created", user_id=user.id, role=role)
    return user
