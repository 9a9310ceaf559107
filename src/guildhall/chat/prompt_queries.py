"""Statements on prompts: of one person, or of the hall where the owner is None."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, tuple_

from guildhall.chat.tables import PromptRow
from guildhall.core.db import Session


async def prompt_for(session: Session, reader: str, prompt_id: str) -> PromptRow | None:
    """A prompt that this person may use: their own, or the hall's."""
    statement = select(PromptRow).where(PromptRow.id == prompt_id, _may_use(reader))
    return (await session.scalars(statement)).one_or_none()


async def prompts_for(
    session: Session,
    reader: str,
    *,
    words: str,
    tag: str,
    is_shared: bool | None,
    limit: int,
    after: tuple[str, str] | None,
) -> Sequence[PromptRow]:
    """What this person may use, in order of titles, after the place `after`; `words` occur in it as they stand."""
    statement = select(PromptRow).where(_may_use(reader))
    if words:
        fields = (PromptRow.title, PromptRow.slash, PromptRow.description, PromptRow.text)
        statement = statement.where(or_(*(field.icontains(words, autoescape=True) for field in fields)))
    if tag:  # no tag holds a quotation mark
        statement = statement.where(cast(PromptRow.tags, Text).contains(f'"{tag}"', autoescape=True))
    if is_shared is not None:
        statement = statement.where(PromptRow.user_id.is_(None) if is_shared else PromptRow.user_id.is_not(None))
    if after:
        statement = statement.where(tuple_(PromptRow.title, PromptRow.id) > tuple_(*after))
    return (await session.scalars(statement.order_by(PromptRow.title, PromptRow.id).limit(limit))).all()


async def prompts_of(session: Session, owner: str | None) -> Sequence[PromptRow]:
    """All of one owner's, in order of titles."""
    statement = select(PromptRow).where(_is_of(owner)).order_by(PromptRow.title, PromptRow.id)
    return (await session.scalars(statement)).all()


async def prompts_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[PromptRow]:
    """The owner's prompts after an id, in order of ids."""
    statement = select(PromptRow).where(PromptRow.user_id == owner, PromptRow.id > after)
    return (await session.scalars(statement.order_by(PromptRow.id).limit(limit))).all()


async def count(session: Session, owner: str | None) -> int:
    """How many an owner has."""
    return int((await session.execute(select(func.count()).where(_is_of(owner)))).scalar_one())


async def remove(session: Session, prompt_id: str) -> None:
    """Forget a prompt."""
    await session.execute(delete(PromptRow).where(PromptRow.id == prompt_id))


def _may_use(reader: str) -> ColumnElement[bool]:
    return or_(PromptRow.user_id == reader, PromptRow.user_id.is_(None))


def _is_of(owner: str | None) -> ColumnElement[bool]:
    return PromptRow.user_id.is_(None) if owner is None else PromptRow.user_id == owner
