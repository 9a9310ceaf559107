"""Standing: whether somebody who was let in may still be here. Asked again for as long as a connection is open."""

from guildhall.accounts import queries
from guildhall.core.db import Session


async def is_good(session: Session, user_id: str, credential_id: str | None) -> bool:
    """Whether the account is active, and the sign-in or key that it came with (if known) has not been ended."""
    user = await queries.user_by_id(session, user_id)
    if user is None or user.state != "active":
        return False
    return credential_id is None or await queries.is_credential_in_force(session, user_id, credential_id)
