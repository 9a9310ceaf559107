"""The kinds of the floors below: accounts, events, jobs, alerts."""

from collections.abc import Sequence

from guildhall.accounts import audit, users
from guildhall.accounts.tables import AuditEntry, Invitation, Notification, SignIn, User
from guildhall.core.db import Session
from guildhall.core.jobs.tables import JobRow
from guildhall.operations.alerts.tables import Alert
from guildhall.operations.retention import event_kind
from guildhall.operations.retention.kinds import RetentionKind
from guildhall.operations.retention.queries import Farewell, kind_of

_SETTLED = (JobRow.state != "failed") | JobRow.verdict.is_not(None)


def kinds(farewells: Sequence[Farewell]) -> list[RetentionKind]:
    """Every kind whose rows this floor can see; `farewells` are what higher floors do when an account goes."""

    async def depart(session: Session, user_id: str) -> None:
        await users.remove(session, audit.THE_HALL, user_id, farewells)

    return [
        event_kind.kind(),
        kind_of("audit", AuditEntry.at),
        kind_of("notifications", Notification.created_at),
        kind_of("jobs", JobRow.ended_at, where=_SETTLED),
        kind_of("alerts", Alert.resolved_at),
        kind_of("sign_ins", SignIn.expires_at),
        kind_of("invitations", Invitation.expires_at),
        kind_of("guests", User.last_seen_at, where=User.role == "guest", farewell=depart),
    ]
