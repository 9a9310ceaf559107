"""Identities: which account somebody has here whom another house's sign-in has named.

An account is found by what the provider calls the person. Failing that, by an address that the provider has verified
and that is known to be theirs here too: else whoever registered with it first, without owning it, would share the
account. Such a person signs in with the password and connects the two.
"""

from pydantic import TypeAdapter, ValidationError

from guildhall.accounts import audit, invitation_queries, invitations, queries, sign_ins, user_queries, users
from guildhall.accounts.audit import Actor
from guildhall.accounts.devices import Visitor
from guildhall.accounts.oidc import Person
from guildhall.accounts.registrations import Registration
from guildhall.accounts.schemas import Email
from guildhall.accounts.sign_ins import SignedIn
from guildhall.accounts.tables import Identity, User
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import ConflictError, ForbiddenError

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


async def sign_in(
    db: Database, person: Person, visitor: Visitor, *, policy: Registration, connect: str | None
) -> SignedIn:
    """Let in whom the provider has named, making an account where the policy lets it. Raises `AppError`."""
    async with db.write() as session:
        await queries.lock_users(session)
        user = await user_queries.user_of_identity(session, person.issuer, person.subject)
        if connect is not None and user is not None and user.id != connect:
            raise ConflictError("identity_taken", "That sign-in is connected to another account.")
        if user is None:
            user = await _found_or_made(session, person, visitor, policy, connect)
            await user_queries.add_identity(
                session,
                Identity(issuer=person.issuer, subject=person.subject, user_id=user.id, created_at=now()),
            )
            await audit.record(
                session,
                Actor(user.id, visitor.address),
                "identity.connected",
                target=f"user:{user.id}",
                after={"issuer": person.issuer},
            )
        if user.state != "active":
            raise sign_ins.account_disabled()
        return await sign_ins.start(session, user, visitor, by=person.issuer)


async def disconnect(session: Session, actor: Actor, user: User) -> None:
    """Let other sign-ins open this account no more. Raises `ConflictError` when nothing else would."""
    if user.password_digest is None:
        raise ConflictError("no_password", "Choose a password first: nothing else would open this account.")
    ended = await user_queries.delete_identities(session, user.id)
    if ended:
        await audit.record(session, actor, "identity.disconnected", target=f"user:{user.id}")


async def _found_or_made(
    session: Session, person: Person, visitor: Visitor, policy: Registration, connect: str | None
) -> User:
    if connect is not None:
        return await users.find(session, connect)
    if person.email is None or not person.is_email_verified:
        raise ForbiddenError("email_not_verified", "The provider has not verified your address.")
    try:
        email = _EMAIL.validate_python(person.email)
    except ValidationError:
        raise ForbiddenError("email_not_verified", "The provider did not tell a usable address.") from None
    user = await queries.user_by_email(session, email)
    if user is None:
        return await _made(session, person, email, visitor, policy)
    if user.email_confirmed_at is None and user.password_digest is not None:
        raise ForbiddenError(
            "account_exists", "An account with this address exists: sign in with its password, then connect the two."
        )
    return user


async def _made(session: Session, person: Person, email: str, visitor: Visitor, policy: Registration) -> User:
    is_first = not await queries.any_user(session)
    invitation = None if is_first else await invitation_queries.newest_good(session, email, at=now())
    if not is_first and policy == "closed":
        raise ForbiddenError("registration_closed", "Registration is closed; ask an admin for an account.")
    if not is_first and policy == "invite" and invitation is None:
        raise ForbiddenError("invitation_required", "You need an invitation to register; ask an admin for one.")
    role = invitation.role if invitation else "admin" if is_first else "member"
    user = await users.add(session, email, _name_of(person, email), role, None)
    user.email_confirmed_at = user.created_at
    if invitation is not None:
        invitations.use(invitation, user)
    after = {"email": email, "name": user.name, "role": role, "by": person.issuer}
    await audit.record(
        session, Actor(user.id, visitor.address), "user.registered", target=f"user:{user.id}", after=after
    )
    return user


def _name_of(person: Person, email: str) -> str:
    name = "".join(letter for letter in person.name if letter.isprintable()).strip()[:100].strip()
    return name or email.partition("@")[0][:100]
