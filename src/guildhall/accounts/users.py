"""Users: add, change, disable and remove accounts; the hall never loses its last admin."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from pydantic import ValidationError

from guildhall.accounts import audit, passwords, queries, sign_ins, streams, user_queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.accounts.schemas import RegisterIn, UserChangeIn
from guildhall.accounts.tables import Role, User
from guildhall.core import access, events
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError, words_of
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings

# What another floor does in the transaction that deletes somebody, so that nothing of theirs is left there.
Farewell = Callable[[Session, str], Awaitable[None]]
_log = structlog.get_logger("guildhall.accounts")


async def create_admin(db: Database, email: str, password: str, name: str) -> User:
    """Add an admin. Raises `BadRequestError` (`invalid_request`) or `ConflictError` (`email_taken`)."""
    wanted = _checked(email, password, name)
    digest = await passwords.digest(wanted.password)
    async with db.write() as session:
        await queries.lock_users(session)
        await require_free(session, wanted.email)
        return await _add_admin(session, wanted, digest)


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
            await _add_admin(session, wanted, digest)


async def add(session: Session, email: str | None, name: str, role: Role, digest: str | None) -> User:
    """Store a new account."""
    moment = now()
    user = User(
        id=new_id("us"),
        email=email,
        name=name,
        role=role,
        state="active",
        password_digest=digest,
        created_at=moment,
        last_seen_at=moment,
    )
    await queries.add_user(session, user)
    _log.info("account_created", user_id=user.id, role=role)
    return user


async def find(session: Session, user_id: str) -> User:
    """The account of this id. Raises `NotFoundError`."""
    user = await queries.user_by_id(session, user_id)
    if user is None:
        raise NotFoundError("user_not_found", "There is no such account.")
    return user


async def require_free(session: Session, email: str) -> None:
    """Raise `ConflictError` when an account has this address."""
    if await queries.user_by_email(session, email):
        raise ConflictError("email_taken", "An account with this address exists; sign in instead.")


async def change(session: Session, actor: Actor, user_id: str, wanted: UserChangeIn) -> User:
    """Give someone another role, state or name; what they may no longer do ends at once."""
    await queries.lock_users(session)
    user = await find(session, user_id)
    role, state = wanted.role or user.role, wanted.state or user.state
    if user.email is None and role != "guest":
        raise ConflictError("guest_has_no_address", "A guest has no address to sign in with, and stays a guest.")
    if (role, state) != ("admin", "active"):
        await _require_another_admin(session, user)
    before = {"role": user.role, "state": user.state, "name": user.name}
    user.role, user.state, user.name = role, state, wanted.name or user.name
    after = {"role": user.role, "state": user.state, "name": user.name}
    for part, action in (("role", "user.role_changed"), ("state", f"user.{_STATES[state]}"), ("name", "user.renamed")):
        if before[part] != after[part]:
            target = f"user:{user.id}"
            await audit.record(
                session, actor, action, target=target, before={part: before[part]}, after={part: after[part]}
            )
    if before["state"] != state:
        await _state_changed(session, actor, user)
    if before["role"] != role:
        await events.publish(session, DIRECTORY_STREAM, "changed", {})
        await access.changed(session, user.id)
    return user


async def remove(session: Session, actor: Actor, user_id: str, farewells: Sequence[Farewell]) -> None:
    """Delete an account and everything that belongs to it; open connections end."""
    await queries.lock_users(session)
    user = await find(session, user_id)
    await _require_another_admin(session, user)
    before = {"email": user.email, "name": user.name, "role": user.role}
    for farewell in farewells:
        await farewell(session, user.id)
    await log.drop_stream(session, streams.user_stream(user.id))
    await user_queries.delete_user(session, user.id)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    await access.changed(session, user.id)
    await audit.record(session, actor, "user.deleted", target=f"user:{user.id}", before=before)


_STATES = {"active": "enabled", "disabled": "disabled"}


async def _state_changed(session: Session, actor: Actor, user: User) -> None:
    if user.state == "disabled":
        await sign_ins.end_all(session, actor, user.id)
    await access.changed(session, user.id)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})


async def _require_another_admin(session: Session, user: User) -> None:
    is_active_admin = (user.role, user.state) == ("admin", "active")
    if is_active_admin and not await user_queries.other_active_admins(session, user.id):
        raise ConflictError("last_admin", "This is the last active admin; make somebody else an admin first.")


def _checked(email: str, password: str, name: str) -> RegisterIn:
    try:
        return RegisterIn(email=email, password=password, name=name)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = problem["loc"][0]
        raise BadRequestError("invalid_request", f"The {field} is not valid: {words_of(problem)}.") from None


async def _add_admin(session: Session, wanted: RegisterIn, digest: str) -> User:
    user = await add(session, wanted.email, wanted.name, "admin", digest)
    user.email_confirmed_at = user.created_at
    after = {"email": user.email, "name": user.name, "role": user.role}
    await audit.record(session, audit.COMMAND_LINE, "user.created", target=f"user:{user.id}", after=after)
    return user
