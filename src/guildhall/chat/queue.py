"""The queue: what a person says while an answer is made, sent by the server itself once it has ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from guildhall.chat import branch_queries, branches, compacting, messages, queries, queue_queries, streams
from guildhall.chat.attaching import Means, attach, release
from guildhall.chat.compacting import Room
from guildhall.chat.errors import nothing_to_answer, pictures_unseen, queue_full, queued_not_found, session_busy
from guildhall.chat.queue_schemas import Queued, QueuedChange, QueueOut
from guildhall.chat.schemas import Exchange, MessageIn, MessageOut, QueuedOut
from guildhall.chat.sessions import find
from guildhall.chat.tables import ChatSession, QueuedRow
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs

MOST = 20
CHANGED = "queue.changed"


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is to be said, to which model, with which files."""

    text: str
    model: str
    attached: list[dict[str, Any]]
    idempotency_key: str | None = None


async def say(
    session: Session,
    jobs: Jobs,
    row: ChatSession,
    said: MessageIn,
    means: Means,
    *,
    known: list[str],
    room: Room,
    idempotency_key: str | None,
) -> Exchange | Queued:
    """Have something answered now, or once the running answer has ended, or the summary that has to be made before;
    the session is held by the caller.

    Raises `session_busy` for what begins a branch, `queue_full`, `no_model` and what `branches.parent_of` and
    `attaching.attach` raise.
    """
    if idempotency_key and (before := await _earlier(session, row, idempotency_key)):
        return before
    if row.state != "idle" and said.begins_branch:
        raise session_busy()
    model = messages.choose_model(row, said.model, known)
    before_edit = await branches.kept(session, row, said)
    named = said.attachments
    attached = before_edit if named is None else await attach(session, row, named, means, again=before_edit)
    saying = _Saying(said.text, model, attached, idempotency_key)
    if row.state != "idle":
        return Queued(queued=await _add(session, row, saying))
    parent_id = await branches.parent_of(session, row, said)
    if await room.is_short(session, parent_id, model):
        await compacting.begin(session, jobs, row, model=model, head_id=parent_id)
        return Queued(queued=await _put_first(session, row, saying))
    return await messages.send(
        session,
        jobs,
        row,
        text=said.text,
        model=model,
        idempotency_key=idempotency_key,
        parent_id=parent_id,
        attached=attached,
    )


async def compact_and_ask_again(
    session: Session, jobs: Jobs, row: ChatSession, answer_id: str, *, model: str, note: str | None
) -> MessageOut:
    """Sum up what was said before an answer for which there was no room, and what was done for it; then have its
    question answered. The session is idle and held by the caller.

    Gives the summary that is being made. Raises `message_not_found`, `nothing_to_answer`, `nothing_to_compact`.
    """
    answer = await branches.find(session, row, answer_id)
    question = await branch_queries.question_above(session, answer.id)
    if question is None:
        raise nothing_to_answer()
    parts = await queries.parts_of(session, [question.id, answer.id])
    head_id = answer.id if parts[answer.id] else question.parent_id
    summary = await compacting.begin(session, jobs, row, model=model, head_id=head_id, note=note)
    text = "\n".join(part.text for part in parts[question.id])
    await _put_first(session, row, _Saying(text, model, question.attachments or []))
    return summary


async def shown(session: Session, owner: str, session_id: str) -> QueueOut:
    """What waits in a session, in the order in which it is sent."""
    row = await find(session, owner, session_id)
    waiting = await queue_queries.queue_of(session, session_id)
    return QueueOut(items=[QueuedOut.model_validate(each) for each in waiting], is_held=row.is_queue_held)


async def change(
    session: Session,
    owner: str,
    session_id: str,
    queued_id: str,
    wanted: QueuedChange,
    *,
    sees: Callable[[str], bool],
) -> QueuedRow:
    """Say it otherwise, or to another model; `sees` tells whether one can be shown pictures.

    Raises `queued_not_found`, once it has been sent too, and `pictures_unseen`.
    """
    await messages.hold(session, owner, session_id)
    queued = await _find(session, session_id, queued_id)
    if wanted.model and not sees(wanted.model) and any(each["kind"] == "image" for each in queued.attachments):
        raise pictures_unseen(wanted.model)
    queued.text, queued.model = wanted.text or queued.text, wanted.model or queued.model
    await _publish(session, session_id, queued)
    return queued


async def remove(session: Session, owner: str, session_id: str, queued_id: str) -> None:
    """Not to be sent after all. Raises `queued_not_found`, once it has been sent too."""
    row = await messages.hold(session, owner, session_id)
    queued = await _find(session, session_id, queued_id)
    said = await branch_queries.attached_ids(session, session_id)
    await release(session, [each for each in queued.attachments if each["id"] not in said])
    await queue_queries.remove(session, queued.id)
    await _publish(session, session_id)
    if row.is_queue_held and not await queue_queries.queue_of(session, session_id):
        row.is_queue_held = False
        await streams.publish_session(session, row)


async def order(session: Session, owner: str, session_id: str, ids: Sequence[str]) -> QueueOut:
    """Send in this order; what is not named comes behind, what is gone by now is passed over."""
    row = await messages.hold(session, owner, session_id)
    places = {queued_id: place for place, queued_id in enumerate(ids)}
    waiting = sorted(
        await queue_queries.queue_of(session, session_id), key=lambda each: places.get(each.id, len(places))
    )
    for place, queued in enumerate(waiting, start=1):
        queued.place = place
    await session.flush()
    await _publish(session, session_id)
    return QueueOut(items=[QueuedOut.model_validate(each) for each in waiting], is_held=row.is_queue_held)


async def resume(session: Session, jobs: Jobs, owner: str, session_id: str, room: Room) -> QueueOut:
    """Go on with a queue that was held."""
    row = await messages.hold(session, owner, session_id)
    row.is_queue_held = False
    if row.state == "idle" and (first := await _first(session, session_id)):
        await _go_on(session, jobs, row, first, room)
    else:
        await streams.publish_session(session, row)
    return await shown(session, owner, session_id)


async def after_answer(session: Session, jobs: Jobs, row: ChatSession, status: str, room: Room) -> bool:
    """Once an answer has ended: have the first that waits answered, True; or hold the queue where somebody has to look
    first. The session is held by the caller."""
    first = await _first(session, row.id)
    if first is None:
        return False
    if status in {"stopped", "failed"}:
        row.is_queue_held = True
        return False
    await _go_on(session, jobs, row, first, room)
    return True


async def _go_on(session: Session, jobs: Jobs, row: ChatSession, first: QueuedRow, room: Room) -> None:
    """Send what waits first, or sum up before that."""
    if await room.is_short(session, row.head_id, first.model):
        await compacting.begin(session, jobs, row, model=first.model, head_id=row.head_id)
    else:
        await _send(session, jobs, row, first)


async def _send(session: Session, jobs: Jobs, row: ChatSession, queued: QueuedRow) -> None:
    await queue_queries.remove(session, queued.id)
    await _publish(session, row.id)
    await messages.send(
        session,
        jobs,
        row,
        text=queued.text,
        model=queued.model,
        idempotency_key=queued.idempotency_key,
        parent_id=row.head_id,
        attached=queued.attachments,
    )


async def _add(session: Session, row: ChatSession, saying: _Saying) -> QueuedOut:
    waiting = await queue_queries.queue_of(session, row.id)
    if len(waiting) >= MOST:
        raise queue_full(MOST)
    place = waiting[-1].place + 1 if waiting else 1
    return await _put(session, row, place, saying)


async def _put_first(session: Session, row: ChatSession, saying: _Saying) -> QueuedOut:
    """To be said next; it would have been said now, so that it counts for none of those that wait."""
    first = await _first(session, row.id)
    return await _put(session, row, first.place - 1 if first else 1, saying)


async def _put(session: Session, row: ChatSession, place: int, saying: _Saying) -> QueuedOut:
    queued = QueuedRow(
        id=new_id("qu"),
        session_id=row.id,
        place=place,
        text=saying.text,
        model=saying.model,
        attachments=saying.attached,
        idempotency_key=saying.idempotency_key,
        created_at=now(),
    )
    await queue_queries.add(session, queued)
    await _publish(session, row.id, queued)
    return QueuedOut.model_validate(queued)


async def _earlier(session: Session, row: ChatSession, idempotency_key: str) -> Exchange | Queued | None:
    queued = await queue_queries.queued_by_idempotency_key(session, row.id, idempotency_key)
    if queued is not None:
        return Queued(queued=QueuedOut.model_validate(queued))
    return await messages.earlier(session, row, idempotency_key)


async def _first(session: Session, session_id: str) -> QueuedRow | None:
    return next(iter(await queue_queries.queue_of(session, session_id)), None)


async def _find(session: Session, session_id: str, queued_id: str) -> QueuedRow:
    queued = await queue_queries.queued_of(session, session_id, queued_id)
    if queued is None:
        raise queued_not_found()
    return queued


async def _publish(session: Session, session_id: str, changed: QueuedRow | None = None) -> None:
    """Tell the order of what waits, and what is new or said otherwise."""
    ids = [each.id for each in await queue_queries.queue_of(session, session_id)]
    body = {"ids": ids, "queued": QueuedOut.model_validate(changed).model_dump(mode="json") if changed else None}
    await events.publish(session, streams.session_stream(session_id), CHANGED, body)
