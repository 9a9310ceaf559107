"""Exports: a session as a file, as JSON or as Markdown, read and sent a page at a time.

No transaction is open while bytes go out: a slow reader keeps nobody waiting.
"""

import unicodedata
from collections.abc import AsyncIterator, Sequence
from typing import Literal

import orjson

from guildhall.chat import branch_queries, markdown, streams
from guildhall.chat.markdown import Language
from guildhall.chat.schemas import MessageOut, SessionOut
from guildhall.core.clock import now
from guildhall.core.db import Database

Format = Literal["markdown", "json"]
_PAGE = 100
_NAME_BYTES = 160
_ENDINGS: dict[Format, str] = {"markdown": "md", "json": "json"}
_FORBIDDEN = set('<>:"/\\|?*')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{at}" for port in ("com", "lpt") for at in range(10))}


async def as_json(db: Database, shown: SessionOut, folder: str | None) -> AsyncIterator[bytes]:
    """`{"exported_at", "session", "folder", "branches", "messages"}`: the folder's name, and the branch shown, each
    message as the API gives it.
    """
    branches = await _branches(db, shown.id)
    about = {"session": shown.model_dump(mode="json"), "folder": folder, "branches": branches}
    head = orjson.dumps({"exported_at": now(), **about})
    yield head[:-1] + b',"messages":['
    separator = b"\n"
    async for page in _pages(db, shown):
        for message in page:
            yield separator + orjson.dumps(message.model_dump(mode="json"))
            separator = b",\n"
    yield b"]}\n"


async def as_markdown(db: Database, shown: SessionOut, language: Language) -> AsyncIterator[bytes]:
    """To read: the branch that is shown, thinking and tool calls folded."""
    branches = await _branches(db, shown.id)
    yield markdown.heading(shown, branches, now(), language).encode("utf-8", "replace")
    async for page in _pages(db, shown):
        for message in page:
            yield markdown.message(message, language).encode("utf-8", "replace")


def file_name(title: str | None, kind: Format) -> str:
    """A name that every system takes, in whatever language the title is."""
    kept = "".join(
        " " if sign in _FORBIDDEN or sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", title or "")
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    name = " ".join(kept.split()).encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .-=+@~")
    if not name or name.split(".")[0].strip().casefold() in _DEVICES:
        name = f"session {name}".strip()
    return f"{name}.{_ENDINGS[kind]}"


async def _branches(db: Database, session_id: str) -> int:
    async with db.read() as session:
        return await branch_queries.count_branches(session, session_id)


async def _pages(db: Database, shown: SessionOut) -> AsyncIterator[Sequence[MessageOut]]:
    async with db.read() as session:
        ids = await branch_queries.branch_ids(session, shown.head_id)
    for start in range(0, len(ids), _PAGE):
        async with db.read() as session:
            rows = await branch_queries.messages_by_ids(session, ids[start : start + _PAGE])
            page = await streams.shown(session, shown.id, rows)
        yield page
