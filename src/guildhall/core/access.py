"""Access: telling every process that somebody's standing has changed, so that it looks at their connections anew.

Whoever disables or deletes an account, ends a sign-in, revokes a key or changes a role says so here, in the same
transaction. Within a second every process asks whether each open connection of that person may go on.
"""

from guildhall.core import events
from guildhall.core.db import Session

STREAM = "access"


async def changed(session: Session, user_id: str) -> None:
    """What `user_id` may do, or where they are signed in, is no longer what it was."""
    await events.publish(session, STREAM, "access.changed", {"user_id": user_id})
