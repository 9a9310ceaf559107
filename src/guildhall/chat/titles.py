"""Titles: after the first answer to the question that a session begins with, a model is asked for a title, unless
somebody has given one. Another first question has another title.

What fails leaves the title that there is, and so does whoever writes one meanwhile.
"""

import re
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import ClassVar

import structlog
from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.chat import branch_queries, queries, streams
from guildhall.chat.asking import spoken_of
from guildhall.chat.sessions import title_from
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.engines.api import Spoken
from guildhall.gateway.completions import CompletionRequest, Completions, TextDelta

_ORDER = (
    "Give the conversation that follows a title: six words at most, in the language of the conversation, on one line, "
    "without quotation marks and without a full stop. Answer with the title and nothing else."
)
_READ_CHARACTERS = 4_000
_MOST_TOKENS = 400  # models that think do it within them
_MOST_CHARACTERS = 4_000
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BEGINNING = re.compile(r"^(?:#+\s|>\s?|[-*+]\s|\d+[.)]\s|(?:title|标题)\s*[:：])\s*", re.IGNORECASE)
_MARKED = re.compile(r"(\*{1,3}|`+|~~)(\S(?:.*?\S)?)\1")
_AROUND = " \t*_`~\"'“”„‘’«»‹›「」『』《》"
_log = structlog.get_logger("guildhall.chat")


class TitlePolicy(Document):
    """Who gives chats their titles."""

    name: ClassVar[str] = "titles"
    title: ClassVar[str] = "Titles of chats"

    automatic: bool = Field(
        True, description="Whether a model gives a chat its title after the first answer, unless its owner has."
    )
    model: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The model that is asked for titles; empty: the chat's own, unless it is simulated.",
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    user_id: str
    session_id: str
    model: str
    said: str


class Titles:
    """Has models give titles, on the accounts of those whose sessions they are."""

    def __init__(
        self,
        db: Database,
        completions: Completions,
        *,
        policy: Callable[[], TitlePolicy],
        is_simulated: Callable[[str], bool],
    ) -> None:
        """`is_simulated` tells of which models no title is to be expected."""
        self._db, self._completions = db, completions
        self._policy, self._is_simulated = policy, is_simulated

    async def settle(self, turn_id: str) -> None:
        """Give the turn's session its title, if it is due; again is harmless."""
        wanted = await self._wanted(turn_id)
        if wanted is None:
            return
        try:
            title = title_of(await self._ask(wanted, turn_id))
        except AppError as error:
            _log.info("no_title", session=wanted.session_id, reason=error.message)
            return
        if title:
            await self._give(wanted.session_id, title)

    async def _wanted(self, turn_id: str) -> _Wanted | None:
        policy = self._policy()
        if not policy.automatic:
            return None
        async with self._db.read() as session:
            turn = await queries.turn_by_id(session, turn_id)
            row = await queries.session_by_id(session, turn.session_id) if turn else None
            if turn is None or row is None or row.is_titled or row.deleted_at is not None:
                return None
            question = await queries.message_by_id(session, turn.question_id)
            answer = await queries.message_by_id(session, turn.answer_id)
            if question is None or answer is None or question.parent_id is not None or answer.status != "complete":
                return None
            if await branch_queries.was_answered(session, question.id, before=answer.position):
                return None
            parts = await queries.parts_of(session, [question.id, answer.id])
        model = policy.model or ("" if self._is_simulated(answer.model or "") else answer.model)
        if not model:
            return None
        asked, said = (Spoken("user", spoken_of(parts[one.id])).text[:_READ_CHARACTERS] for one in (question, answer))
        return _Wanted(row.user_id, row.id, model, f"Question:\n{asked}\n\nAnswer:\n{said}")

    async def _ask(self, wanted: _Wanted, turn_id: str) -> str:
        request = CompletionRequest(
            model=wanted.model,
            messages=[{"role": "system", "content": _ORDER}, {"role": "user", "content": wanted.said}],
            user_id=wanted.user_id,
            session_id=wanted.session_id,
            request_id=f"{turn_id}-title",  # no part of the answer, and not in its bill
            params={"max_tokens": _MOST_TOKENS},
        )
        said = ""
        async with aclosing(self._completions.stream(request)) as events:
            async for event in events:
                said += event.text if isinstance(event, TextDelta) else ""
                if len(said) > _MOST_CHARACTERS:
                    break
        return said

    async def _give(self, session_id: str, title: str) -> None:
        async with self._db.write() as session:
            row = await queries.locked_session(session, session_id)
            if row is None or row.is_titled or row.deleted_at is not None:
                return
            row.title, row.updated_at = title, now()
            await session.flush()
            await streams.publish_session(session, row)


def title_of(said: str) -> str:
    """The title in what a model said: its first line, without Markdown and quotation marks; empty if there is none."""
    for line in _THOUGHT.sub("", said).replace("\x00", "").splitlines():
        words = _MARKED.sub(r"\2", _LINK.sub(r"\1", line.strip()))
        while (shorter := _BEGINNING.sub("", words.strip(_AROUND))) != words:
            words = shorter
        words = words.rstrip(".。").strip(_AROUND)
        if words:
            return title_from(words)
    return ""
