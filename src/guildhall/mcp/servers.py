"""Servers: add, change and remove what brings tools, for the hall or for oneself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.tables import User
from guildhall.core import guard
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.mcp import queries
from guildhall.mcp.errors import name_taken, not_allowed, not_fitting, server_not_found, too_many
from guildhall.mcp.policy import McpPolicy
from guildhall.mcp.schemas import McpServerChange, McpServerIn, McpServerOut
from guildhall.mcp.tables import HALL, McpServer

_MOST = 50
_LEAST_SHOWN = 12
_PLAIN = ("name", "kind", "url", "command", "is_private", "has_network", "is_enabled", "timeout_seconds")


@dataclass(frozen=True)
class Server:
    """All that it takes to reach a server. `version` changes with any of it."""

    id: str
    version: str
    name: str
    kind: str
    url: str
    command: str
    is_private: bool
    has_network: bool
    timeout_seconds: int
    secrets: Mapping[str, str] = field(repr=False)


async def find(session: Session, user: User, server_id: str) -> McpServer:
    """A server that this person may change. Raises `server_not_found`, `not_allowed`."""
    row = await queries.server_for(session, user.id, server_id)
    if row is None:
        raise server_not_found()
    if row.scope == HALL and user.role != "admin":
        raise not_allowed("Only an admin may change a tool server of the hall.")
    return row


async def create(
    session: Session, keyring: Keyring, policy: McpPolicy, user: User, actor: Actor, wanted: McpServerIn
) -> McpServer:
    """Add a server. Raises `not_allowed`, `name_taken`, `too_many`, and for what does not fit together."""
    moment = now()
    scope = HALL if wanted.scope == "hall" else user.id
    row = McpServer(
        **{name: getattr(wanted, name) for name in _PLAIN},
        id=new_id("ms"),
        scope=scope,
        user_id=None if scope == HALL else user.id,
        secrets_sealed={},
        secrets_shown={},
        state="untried",
        reason="",
        tools=[],
        created_at=moment,
        updated_at=moment,
    )
    _require(row, user, policy)
    _seal(row, keyring, wanted.secrets)
    if await queries.count(session, scope) >= _MOST:
        raise too_many(_MOST)
    await _require_name(session, row)
    try:
        await queries.add(session, row)
    except Conflict:
        raise name_taken(wanted.name) from None
    await audit.record(session, actor, "mcp_server.created", target=f"mcp_server:{row.id}", after=_told(row))
    return row


async def change(
    session: Session,
    keyring: Keyring,
    policy: McpPolicy,
    user: User,
    actor: Actor,
    row: McpServer,
    wanted: McpServerChange,
) -> McpServer:
    """Change what `wanted` names; it counts as untried then. Raises as `create` does."""
    before = _told(row)
    is_renamed = wanted.name not in (None, row.name)
    for name in wanted.model_fields_set - {"secrets"}:
        setattr(row, name, getattr(wanted, name))
    if wanted.model_fields_set != {"is_enabled"} or wanted.is_enabled:
        _require(row, user, policy)
        row.state, row.reason = "untried", ""
    if wanted.secrets is not None:
        _seal(row, keyring, wanted.secrets)
    if is_renamed:
        await _require_name(session, row)
    row.updated_at = now()
    name = row.name
    try:
        await session.flush()
    except Conflict:
        raise name_taken(name) from None
    await audit.record(
        session, actor, "mcp_server.changed", target=f"mcp_server:{row.id}", before=before, after=_told(row)
    )
    return row


async def remove(session: Session, actor: Actor, row: McpServer) -> None:
    """Forget a server."""
    await audit.record(session, actor, "mcp_server.deleted", target=f"mcp_server:{row.id}", before=_told(row))
    await queries.remove(session, row)


def may_add(user: User, policy: McpPolicy, kind: str) -> bool:
    """Whether this person may add a server of a kind for themselves; guests never may."""
    is_open = policy.members_add_addresses if kind == "http" else policy.members_add_programs
    return user.role == "admin" or (is_open and user.role == "member")


def opened(row: McpServer, keyring: Keyring) -> Server:
    """A stored server with its secrets. Raises `UndecryptableError`."""
    return Server(
        row.id,
        row.updated_at.isoformat(),
        row.name,
        row.kind,
        row.url or "",
        row.command or "",
        row.is_private,
        row.has_network,
        row.timeout_seconds,
        {name: keyring.decrypt(sealed, aad=f"{row.id}:{name}") for name, sealed in row.secrets_sealed.items()},
    )


def shown(row: McpServer, user: User) -> McpServerOut:
    """A server as this person sees it."""
    may_change = row.scope != HALL or user.role == "admin"
    return McpServerOut.model_validate(
        {
            **{name: getattr(row, name) for name in _PLAIN},
            **{name: getattr(row, name) for name in ("id", "state", "tools", "checked_at")},
            "scope": "hall" if row.scope == HALL else "own",
            "url": row.url if may_change else None,
            "command": row.command if may_change else None,
            "secrets": row.secrets_shown if may_change else {},
            "reason": row.reason if may_change else "",
            "may_change": may_change,
        }
    )


def _require(row: McpServer, user: User, policy: McpPolicy) -> None:
    """Whether this person may have such a server, and whether it fits together."""
    is_admin = user.role == "admin"
    if row.scope == HALL and not is_admin:
        raise not_allowed("Only an admin may add a tool server for the hall.")
    if not may_add(user, policy, row.kind):
        raise not_allowed("An admin has decided that only admins add tool servers of this kind.")
    if not is_admin and (row.is_private or row.has_network):
        raise not_allowed("Only an admin may let a tool server use the hall's own network.")
    if row.kind == "http":
        if not row.url or row.command:
            raise not_fitting("A server of this kind has an address and no command.", "url")
        guard.target_of(row.url, private=row.is_private, param="url")
    elif not row.command or row.url:
        raise not_fitting("A server of this kind has a command and no address.", "command")


async def _require_name(session: Session, row: McpServer) -> None:
    """Names are unique among what a person can see."""
    with session.no_autoflush:
        if await queries.has_name(session, [HALL, row.scope], row.name):
            raise name_taken(row.name)


def _seal(row: McpServer, keyring: Keyring, wanted: Mapping[str, SecretStr | None]) -> None:
    sealed, last = {}, {}
    for name, value in wanted.items():
        if row.kind == "stdio" and "-" in name:
            raise not_fitting(f"{name} is no name for a variable.", "secrets")
        if value is not None:
            secret = value.get_secret_value()
            sealed[name] = keyring.encrypt(secret, aad=f"{row.id}:{name}")
            last[name] = secret[-4:] if len(secret) >= _LEAST_SHOWN else "…"
        elif name in row.secrets_sealed:
            sealed[name], last[name] = row.secrets_sealed[name], row.secrets_shown[name]
        else:
            raise not_fitting(f"{name} has no value yet.", "secrets")
    row.secrets_sealed, row.secrets_shown = sealed, last


def _told(row: McpServer) -> dict[str, Any]:
    """What the audit log tells of a server: never what a secret says."""
    return {**{name: getattr(row, name) for name in _PLAIN}, "scope": row.scope, "secrets": sorted(row.secrets_sealed)}
