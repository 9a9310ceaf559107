"""What the wings bring to the hall: documents that admins change, streams to follow, what is kept for a time only."""

from collections.abc import Sequence

from guildhall.accounts.mail import MailSettings
from guildhall.accounts.policies import AccountsPolicy, Announcement, Limits
from guildhall.accounts.users import Farewell
from guildhall.chat import streams
from guildhall.chat.compacting import CompactPolicy
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.retention import kinds as chat_kinds
from guildhall.chat.titles import TitlePolicy
from guildhall.chat.turn_policy import TurnPolicy
from guildhall.edge.tables import CallShare, CallShareTime, CallStat, CallTime
from guildhall.gateway.policies import DOCUMENTS as GATEWAY_DOCUMENTS
from guildhall.gateway.retention import kinds as call_kinds
from guildhall.gateway.tables import StoredResponse
from guildhall.mcp.policy import McpPolicy
from guildhall.operations.alerts import streams as alert_streams
from guildhall.operations.jobs import streams as job_streams
from guildhall.operations.retention.house import kinds as house_kinds
from guildhall.operations.retention.kinds import RetentionKind, together
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.queries import SECOND, kind_of
from guildhall.workspaces import streams as workspace_streams
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.policy import WorkspacePolicy

# What admins may change while the hall runs.
DOCUMENTS = (
    AccountsPolicy,
    Announcement,
    Limits,
    MailSettings,
    RetentionPolicy,
    WorkspacePolicy,
    CommandPolicy,
    ChatPolicy,
    TurnPolicy,
    TitlePolicy,
    CompactPolicy,
    McpPolicy,
    *GATEWAY_DOCUMENTS,
)

STREAMS = (*streams.KINDS, *workspace_streams.KINDS, *job_streams.KINDS, *alert_streams.KINDS)


def retention_kinds(farewells: Sequence[Farewell]) -> list[RetentionKind]:
    """What is kept for some time only."""
    stats = (CallStat.hour, CallShare.hour)
    times = (CallTime.hour, CallShareTime.hour)
    return [
        *call_kinds(),
        kind_of("responses", StoredResponse.created_at),
        together("call_stats", *(kind_of("call_stats", hour, unit=SECOND) for hour in stats)),
        together("call_times", *(kind_of("call_times", hour, unit=SECOND) for hour in times)),
        *house_kinds(farewells),
        *chat_kinds(),
    ]
