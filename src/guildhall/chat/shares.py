"""Shares: links by which anybody reads a copy of a session, as it was when it was made or last made anew."""

from collections.abc import Sequence
from typing import Any

from guildhall.accounts import audit, links
from guildhall.accounts.audit import Actor
from guildhall.chat import branch_queries, queries, streams
from guildhall.chat import share_queries as shared
from guildhall.chat.errors import session_not_found, share_not_found, sharing_off, too_long_to_share, too_many_shares
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.schemas import MessageOut, PartOut
from guildhall.chat.share_schemas import SharedMessageOut, ShareIn
from guildhall.chat.tables import SAID, ChatSession, ShareRow
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import BadRequestError
from guildhall.core.ids import new_id

MOST = 20
MOST_MESSAGES = 5_000
CHANGED = "shares.changed"
_PAGE = 100


async def create(
    session: Session, policy: ChatPolicy, actor: Actor, owner: str, session_id: str, wanted: ShareIn
) -> tuple[ShareRow, str]:
    """A new link and its secret, which is stored nowhere and so can be shown only now.

    Raises `session_not_found`, `sharing_off`, `too_many_shares`, `too_long_to_share`.
    """
    row = await queries.locked_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    if not policy.sharing:
        raise sharing_off()
    if await shared.count(session, session_id) >= MOST:
        raise too_many_shares(MOST)
    secret, moment = links.new_secret(), now()
    if wanted.expires_at is not None and wanted.expires_at <= moment:
        raise BadRequestError("invalid_request", "The request is not valid: expires_at: must be in the future.")
    share = ShareRow(
        id=new_id("sh"),
        user_id=owner,
        session_id=session_id,
        digest=links.digest(secret),
        title=row.title,
        with_details=wanted.with_details,
        created_at=moment,
        copied_at=moment,
        expires_at=wanted.expires_at,
    )
    await shared.add(session, share)
    await _copy(session, share)
    await _note(session, actor, share, "share.created")
    return share, secret


async def refresh(session: Session, policy: ChatPolicy, actor: Actor, owner: str, share_id: str) -> ShareRow:
    """Have readers see the session as it is now. Raises `share_not_found`, `sharing_off`, `too_long_to_share`."""
    share = await _find(session, owner, share_id)
    if not policy.sharing:
        raise sharing_off()
    row = await queries.session_by_id(session, share.session_id)
    assert isinstance(row, ChatSession)  # noqa: S101 - a share goes with its session
    share.title, share.copied_at = row.title, now()
    await shared.remove_messages(session, share.id)
    await _copy(session, share)
    await _note(session, actor, share, "share.refreshed")
    return share


async def revoke(session: Session, actor: Actor, owner: str, share_id: str) -> None:
    """Have a link open nothing any more, and forget its copy. Raises `share_not_found`."""
    share = await _find(session, owner, share_id)
    await _note(session, actor, share, "share.revoked")
    await shared.remove(session, share.id)


async def read(session: Session, policy: ChatPolicy, secret: str) -> ShareRow:
    """The link with this secret. Raises `share_not_found`, whatever the reason."""
    share = await shared.open_share(session, links.digest(secret), now()) if policy.sharing else None
    if share is None:
        raise share_not_found()
    return share


async def _find(session: Session, owner: str, share_id: str) -> ShareRow:
    share = await shared.share_of(session, owner, share_id)
    if share is None:
        raise share_not_found()
    return share


async def _copy(session: Session, share: ShareRow) -> None:
    row = await queries.session_by_id(session, share.session_id)
    ids = await branch_queries.branch_ids(session, row.head_id if row else None)
    if len(ids) > MOST_MESSAGES:
        raise too_long_to_share(MOST_MESSAGES)
    for start in range(0, len(ids), _PAGE):
        rows = await branch_queries.messages_by_ids(session, ids[start : start + _PAGE])
        ended = [row for row in rows if row.status != "streaming" and (row.kind == SAID or row.is_summary)]
        said = zip(ended, await streams.shown(session, share.session_id, ended), strict=True)
        await shared.add_messages(
            session,
            [
                {"share_id": share.id, "position": row.position, "body": for_readers(message, share.with_details)}
                for row, message in said
            ],
        )


def for_readers(message: MessageOut, with_details: bool) -> dict[str, Any]:
    """A message without thinking, figures and the words of errors and, without details, without those of tools."""
    parts = [part for part in message.parts if part.type != "reasoning"]
    shown = SharedMessageOut.model_validate(
        {
            "id": message.id,
            "role": message.role,
            "kind": message.kind,
            "status": message.status,
            "parts": parts if with_details else _bare(parts),
            "model": message.model,
            "attachments": [attached.name for attached in message.attachments],
            "created_at": message.created_at,
        }
    )
    return shown.model_dump(mode="json")


def _bare(parts: Sequence[PartOut]) -> list[PartOut]:
    return [
        part.model_copy(update={"text": "", "tool": part.tool.model_copy(update={"arguments": {}, "details": {}})})
        if part.tool
        else part
        for part in parts
    ]


async def _note(session: Session, actor: Actor, share: ShareRow, action: str) -> None:
    """Write down what happened to a link, and tell its owner's tabs."""
    facts = {
        "session_id": share.session_id,
        "with_details": share.with_details,
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
    }
    await audit.record(session, actor, action, target=f"share:{share.id}", after=facts)
    await events.publish(session, streams.session_stream(share.session_id), CHANGED, {"id": share.id})
