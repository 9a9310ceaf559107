"""Prompts: words that a person keeps to use again, or that admins share with the whole hall."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.chat import prompt_queries as queries
from guildhall.chat.errors import (
    invalid_template,
    prompt_not_found,
    prompts_are_admins,
    slash_taken,
    too_many_prompts,
)
from guildhall.chat.prompt_schemas import (
    MOST_TOGETHER,
    PromptChange,
    PromptFile,
    PromptImport,
    PromptIn,
    PromptListed,
    PromptOut,
    PromptsImported,
    PromptVariable,
    PromptWords,
)
from guildhall.chat.prompt_templates import TemplateError, variables_of
from guildhall.chat.tables import PromptRow
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.ids import new_id

_FIELDS = ("title", "slash", "text", "description", "tags", "instructions", "model", "mode")
_MAY_BE_NONE = ("slash", "instructions", "model", "mode")
_AUDITED_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps prompts."""

    user_id: str
    is_admin: bool
    actor: Actor

    def place(self, *, is_shared: bool) -> str | None:
        """Whose a prompt is to be. Raises `admin_only`."""
        if is_shared and not self.is_admin:
            raise prompts_are_admins()
        return None if is_shared else self.user_id


async def create(session: Session, keeper: Keeper, wanted: PromptIn) -> PromptRow:
    """Keep a prompt. Raises `admin_only`, `invalid_template`, `prompt_slash_taken`, `too_many_prompts`."""
    owner = keeper.place(is_shared=wanted.is_shared)
    await _require_room(session, owner, 1)
    return await _add(session, keeper, owner, wanted)


async def find(session: Session, reader: str, prompt_id: str) -> PromptRow:
    """A prompt that this person may use. Raises `prompt_not_found`."""
    row = await queries.prompt_for(session, reader, prompt_id)
    if row is None:
        raise prompt_not_found()
    return row


async def change(session: Session, keeper: Keeper, prompt_id: str, wanted: PromptChange) -> PromptRow:
    """Change a prompt, or share it with the hall, or take it back as one's own.

    Raises `prompt_not_found` and what `create` raises.
    """
    row = await _own(session, keeper, prompt_id)
    before = _audited(row) if row.user_id is None else None
    if wanted.is_shared is not None and wanted.is_shared != (row.user_id is None):
        owner = keeper.place(is_shared=wanted.is_shared)
        await _require_room(session, owner, 1)
        row.user_id = owner
    for name in wanted.model_fields_set & set(_FIELDS):
        value = getattr(wanted, name)
        if value is not None or name in _MAY_BE_NONE:
            setattr(row, name, value)
    await _store(session, row)
    await _note(session, keeper, row, before)
    return row


async def remove(session: Session, keeper: Keeper, prompt_id: str) -> None:
    """Forget a prompt. Raises `prompt_not_found`, `admin_only`."""
    row = await _own(session, keeper, prompt_id)
    if row.user_id is None:
        await audit.record(
            session, keeper.actor, "prompt.deleted", target=f"prompt:{row.id}", before=_audited(row), after=None
        )
    await queries.remove(session, row.id)


async def take_in(session: Session, keeper: Keeper, wanted: PromptImport) -> PromptsImported:
    """Keep all prompts of a file, or none. One whose slash name is there already becomes as the file has it.

    Raises what `create` raises.
    """
    owner = keeper.place(is_shared=wanted.is_shared)
    there = list(await queries.prompts_of(session, owner))
    added = changed = unchanged = 0
    for words in wanted.prompts:
        known = next((row for row in there if _is_same(row, words)), None)
        if known is None:
            await _require_room(session, owner, 1)
            there.append(await _add(session, keeper, owner, words))
            added += 1
        elif _values(known) == words.model_dump(include=set(_FIELDS)):
            unchanged += 1
        else:
            before = _audited(known) if owner is None else None
            for name, value in words.model_dump(include=set(_FIELDS)).items():
                setattr(known, name, value)
            await _store(session, known)
            await _note(session, keeper, known, before)
            changed += 1
    return PromptsImported(added=added, changed=changed, unchanged=unchanged)


async def file_of(session: Session, owner: str | None) -> PromptFile:
    """All prompts of one owner, as a file."""
    rows = await queries.prompts_of(session, owner)
    return PromptFile(prompts=[PromptWords.model_validate(_values(row)) for row in rows])


def listed(row: PromptRow) -> PromptListed:
    """A prompt without its words."""
    return PromptListed.model_validate(_shown(row))


def out(row: PromptRow) -> PromptOut:
    """A prompt with its words and what they ask for."""
    variables = [PromptVariable.model_validate(each) for each in variables_of(row.text, row.instructions or "")]
    return PromptOut.model_validate({**_shown(row), **_values(row), "variables": variables})


async def _own(session: Session, keeper: Keeper, prompt_id: str) -> PromptRow:
    """A prompt that the keeper may change. Raises `prompt_not_found`, `admin_only`."""
    row = await find(session, keeper.user_id, prompt_id)
    keeper.place(is_shared=row.user_id is None)
    return row


async def _require_room(session: Session, owner: str | None, wanted: int) -> None:
    if await queries.count(session, owner) + wanted > MOST_TOGETHER:
        raise too_many_prompts(MOST_TOGETHER)


async def _add(session: Session, keeper: Keeper, owner: str | None, wanted: PromptWords) -> PromptRow:
    moment = now()
    values = {name: getattr(wanted, name) for name in _FIELDS}
    row = PromptRow(id=new_id("pr"), user_id=owner, **values, created_at=moment, updated_at=moment)
    session.add(row)
    await _store(session, row)
    await _note(session, keeper, row, None)
    return row


async def _store(session: Session, row: PromptRow) -> None:
    for place, texts in (("text", (row.text,)), ("instructions", (row.text, row.instructions or ""))):
        try:
            variables_of(*texts)
        except TemplateError as error:
            raise invalid_template(place, str(error)) from None
    slash = row.slash or ""  # a failed flush leaves nothing of the row to read
    row.updated_at = now()
    try:
        await session.flush()
    except Conflict:
        raise slash_taken(slash) from None


async def _note(session: Session, keeper: Keeper, row: PromptRow, before: dict[str, Any] | None) -> None:
    """What concerns the whole hall is written down."""
    after = _audited(row) if row.user_id is None else None
    if before is None and after is None:
        return
    action = "prompt.shared" if before is None else "prompt.changed" if after else "prompt.unshared"
    await audit.record(session, keeper.actor, action, target=f"prompt:{row.id}", before=before, after=after)


def _is_same(row: PromptRow, words: PromptWords) -> bool:
    """Whether the file speaks of this prompt: by its slash name, else by its title and words."""
    if words.slash is not None:
        return row.slash == words.slash
    return (row.title, row.text) == (words.title, words.text)


def _values(row: PromptRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}


def _shown(row: PromptRow) -> dict[str, Any]:
    names: Sequence[str] = ("id", "title", "slash", "description", "tags", "created_at", "updated_at")
    is_scene = bool(row.instructions or row.model or row.mode)
    return {**{name: getattr(row, name) for name in names}, "is_shared": row.user_id is None, "is_scene": is_scene}


def _audited(row: PromptRow) -> dict[str, Any]:
    """What the audit log keeps: long words only as far as they tell which they were."""
    cut = {name: (getattr(row, name) or "")[:_AUDITED_CHARACTERS] for name in ("text", "instructions", "description")}
    return {**_values(row), **cut}
