"""Messages: say something, have it answered, again and otherwise, and stop the answer."""

from collections.abc import Sequence
from typing import Any

from guildhall.chat import branch_queries, queries, search, streams
from guildhall.chat.errors import message_not_found, no_model, nothing_to_answer, session_busy, session_not_found
from guildhall.chat.schemas import Exchange, MessageOut
from guildhall.chat.sessions import find, title_from
from guildhall.chat.tables import SAID, ChatSession, Message, Part, TurnRow
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs

RUN_TURN = "chat.run_turn"


async def send(
    session: Session,
    jobs: Jobs,
    row: ChatSession,
    *,
    text: str,
    model: str,
    idempotency_key: str | None,
    parent_id: str | None,
    attached: Sequence[dict[str, Any]] = (),
) -> Exchange:
    """Store what was said after a message, and have it answered; the session is idle and held by the caller.

    `attached` is what `attaching.attach` gave.
    """
    question = Message(
        id=new_id("me"),
        session_id=row.id,
        position=await queries.next_position(session, row.id),
        parent_id=parent_id,
        role="user",
        status="complete",
        idempotency_key=idempotency_key,
        attachments=list(attached) or None,
        created_at=now(),
    )
    part = _text_part(question, text)
    await queries.add(session, question)
    await queries.add(session, part)
    await search.index(session, row, question, [part])
    if row.title is None or (parent_id is None and not row.is_titled):
        row.title = title_from(text or ", ".join(each["name"] for each in attached))
    row.is_archived = False
    if parent_id != row.head_id:
        await streams.publish_branch(session, row)
    return Exchange(
        message=await streams.publish_new(session, question),
        answer=await begin_turn(session, jobs, row, question, model=model, parent_id=question.id),
    )


async def regenerate(session: Session, jobs: Jobs, row: ChatSession, message_id: str, *, model: str) -> Exchange:
    """Another answer to the question that a message is or answers, beside those there are; the session is idle and
    held by the caller. Raises `message_not_found`, `nothing_to_answer`."""
    if await branch_queries.message_of(session, row.id, message_id) is None:
        raise message_not_found()
    return await _again(session, jobs, row, message_id, model=model)


async def retry(session: Session, jobs: Jobs, row: ChatSession, *, model: str) -> Exchange:
    """Another answer to the last question; the session is idle and held by the caller. Raises `nothing_to_answer`."""
    return await _again(session, jobs, row, row.head_id, model=model)


async def stop(session: Session, owner: str, session_id: str) -> None:
    """Ask the running turn, if there is one, to end where it is."""
    row = await find(session, owner, session_id)
    turn = await queries.open_turn(session, row.id)
    if turn is not None:
        await stop_turn(session, turn.id)


async def stop_turn(session: Session, turn_id: str) -> None:
    """Ask a turn to end where it is, in whichever process it runs."""
    turn = await queries.turn_by_id(session, turn_id)
    if turn is not None and turn.state != "ended":
        await queries.request_stop(session, turn_id)
        await events.publish(session, streams.session_stream(turn.session_id), streams.STOPPING, {"turn_id": turn_id})


async def earlier(session: Session, row: ChatSession, idempotency_key: str) -> Exchange | None:
    """What an earlier request with the same key was answered."""
    question = await queries.message_by_idempotency_key(session, row.id, idempotency_key)
    turn = await queries.turn_of_question(session, question.id) if question else None
    answer = await queries.message_by_id(session, turn.answer_id) if turn else None
    if question is None or answer is None:
        return None
    shown = await streams.shown(session, row.id, [question, answer])
    return Exchange(message=shown[0], answer=shown[1])


async def hold(session: Session, owner: str, session_id: str) -> ChatSession:
    """The owner's session, held until commit. Raises `session_not_found`."""
    row = await queries.locked_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    return row


def require_idle(row: ChatSession) -> None:
    """One answer at a time. Raises `session_busy`."""
    if row.state != "idle":
        raise session_busy()


def choose_model(row: ChatSession, wanted: str | None, known: list[str]) -> str:
    """The model for the next answer, remembered by the session. Raises `no_model`."""
    model = wanted or row.model or next(iter(known), None)
    if model is None:
        raise no_model()
    row.model = model
    return model


def _text_part(message: Message, text: str) -> Part:
    moment = message.created_at
    named = {"id": new_id("pa"), "message_id": message.id, "position": 1, "type": "text"}
    return Part(text=text, started_at=moment, ended_at=moment, **named)


async def _again(session: Session, jobs: Jobs, row: ChatSession, message_id: str | None, *, model: str) -> Exchange:
    question = await branch_queries.question_above(session, message_id)
    if question is None:
        raise nothing_to_answer()
    if question.id != row.head_id:
        await streams.publish_branch(session, row)
    shown = await streams.shown(session, row.id, [question])
    answer = await begin_turn(session, jobs, row, question, model=model, parent_id=question.id)
    return Exchange(message=shown[0], answer=answer)


async def begin_turn(
    session: Session,
    jobs: Jobs,
    row: ChatSession,
    question: Message,
    *,
    model: str,
    parent_id: str | None,
    kind: str = SAID,
    note: str | None = None,
) -> MessageOut:
    """Have an answer made to a question, or a summary of all that ends with `parent_id`; the session is idle and held
    by the caller."""
    moment = now()
    answer = Message(
        id=new_id("me"),
        session_id=row.id,
        position=await queries.next_position(session, row.id),
        parent_id=parent_id,
        role="assistant",
        kind=kind,
        status="streaming",
        model=model,
        created_at=moment,
    )
    await queries.add(session, answer)
    named = {"id": new_id("tu"), "session_id": row.id, "question_id": question.id, "answer_id": answer.id}
    turn = TurnRow(state="queued", stop_requested=False, note=note, created_at=moment, **named)
    await queries.add(session, turn)
    row.state, row.head_id, row.is_queue_held = "running", answer.id, False
    row.activity_at = row.updated_at = moment
    shown = await streams.publish_new(session, answer)
    await streams.publish_session(session, row)
    await jobs.enqueue(session, RUN_TURN, turn.id)
    return shown
