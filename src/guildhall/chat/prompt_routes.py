"""The API of prompts: one's own, and those of the hall, which admins keep."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from guildhall.accounts.web import CurrentUser
from guildhall.chat import prompt_queries, prompts
from guildhall.chat.prompt_schemas import (
    PromptChange,
    PromptFile,
    PromptImport,
    PromptIn,
    PromptListed,
    PromptOut,
    PromptsImported,
)
from guildhall.chat.web import Keeping
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of
from guildhall.workspaces.web import attachment

router = APIRouter(prefix="/api/v1/chat/prompts", tags=["chat"])
Words = Annotated[str, Query(max_length=200, description="What occurs in title, name, description or text.")]
Tag = Annotated[str, Query(max_length=40)]


@router.get("", response_model=Page[PromptListed])
async def list_prompts(
    user_id: UserId,
    session: DbSession,
    cursor: PageCursor,
    q: Words = "",
    tag: Tag = "",
    is_shared: Annotated[bool | None, Query(description="The hall's, or your own; both when absent.")] = None,
) -> dict[str, Any]:
    """Prompts that you can use, in order of their titles."""
    place = cursor.position(str, str)
    rows = await prompt_queries.prompts_for(
        session,
        user_id,
        words=q.strip().replace("\x00", ""),
        tag=tag.strip().lower().replace("\x00", ""),
        is_shared=is_shared,
        limit=cursor.limit + 1,
        after=(place[0], place[1]) if place else None,
    )
    page = page_of(rows, cursor, lambda row: [row.title, row.id])
    return {**page, "items": [prompts.listed(row) for row in page["items"]]}


@router.post("", response_model=PromptOut, status_code=201)
async def create_prompt(body: PromptIn, keeper: Keeping, session: DbSession) -> PromptOut:
    """Keep a prompt: your own, or as an admin one for the whole hall."""
    return prompts.out(await prompts.create(session, keeper, body))


@router.get("/export", response_model=PromptFile)
async def export_prompts(
    user: CurrentUser, session: DbSession, response: Response, is_shared: bool = False
) -> PromptFile:
    """Your own prompts, or the hall's, as a file that `import` takes."""
    response.headers.update(attachment("guildhall-prompts.json"))
    return await prompts.file_of(session, None if is_shared else user.id)


@router.post("/import", response_model=PromptsImported)
async def import_prompts(body: PromptImport, keeper: Keeping, session: DbSession) -> PromptsImported:
    """Keep all prompts of a file, or none. One whose slash name you have already becomes as the file has it."""
    return await prompts.take_in(session, keeper, body)


@router.get("/{prompt_id}", response_model=PromptOut)
async def get_prompt(prompt_id: str, user_id: UserId, session: DbSession) -> PromptOut:
    """A prompt with its words."""
    return prompts.out(await prompts.find(session, user_id, prompt_id))


@router.patch("/{prompt_id}", response_model=PromptOut)
async def change_prompt(prompt_id: str, body: PromptChange, keeper: Keeping, session: DbSession) -> PromptOut:
    """Change a prompt; `is_shared` gives it to the whole hall or takes it back as your own."""
    return prompts.out(await prompts.change(session, keeper, prompt_id, body))


@router.delete("/{prompt_id}", status_code=204)
async def remove_prompt(prompt_id: str, keeper: Keeping, session: DbSession) -> None:
    """Forget a prompt."""
    await prompts.remove(session, keeper, prompt_id)
