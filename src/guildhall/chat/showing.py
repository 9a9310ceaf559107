"""Showing: what an engine is told of the files that a conversation's messages came with.

The newest come first where there is no room for all: pictures and texts go out again with every turn.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guildhall.chat.attachment_store import AttachmentStore
from guildhall.chat.markdown import fenced
from guildhall.chat.tables import Message
from guildhall.engines.api import Picture
from guildhall.workspaces import texts

MOST_PICTURES = 10
PICTURE_BYTES = 32 * 1024 * 1024  # as data URLs they have to fit into one call
LONGEST_TEXT = 100_000
_MOST_LETTERS = 400_000


@dataclass
class Shown:
    """What is told with one message."""

    texts: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


@dataclass
class _Room:
    """How much more can be told."""

    store: AttachmentStore
    owner: str
    sees_pictures: bool
    pictures: int = MOST_PICTURES
    picture_bytes: int = PICTURE_BYTES
    letters: int = _MOST_LETTERS

    async def show(self, attached: Mapping[str, Any], shown: Shown) -> None:
        name, kind, size = attached["name"], attached["kind"], attached["size"]
        if kind == "image" and not self.sees_pictures:
            shown.texts.append(f"[The picture {name} was attached here. This model can't see pictures.]")
        elif kind == "image" and (self.pictures < 1 or self.picture_bytes < size):
            shown.texts.append(f"[The picture {name} was attached here. It is not shown any more.]")
        elif kind == "file":
            shown.texts.append(f"[The file {name} is attached. It lies in the workspace at {attached['path']}]")
        else:
            content = await asyncio.to_thread(self.store.read, self.owner, attached["id"])
            if content is None:
                shown.texts.append(f"[The file {name} was attached here. It is gone.]")
            elif kind == "image":
                self.pictures, self.picture_bytes = self.pictures - 1, self.picture_bytes - size
                shown.pictures.append(Picture(name, attached["media_type"], content))
            else:
                shown.texts.append(self._text(attached, content))

    def _text(self, attached: Mapping[str, Any], content: bytes) -> str:
        found = texts.read(content)
        whole = (found[0] if found else "").replace("\x00", "")
        room = min(LONGEST_TEXT, self.letters)
        self.letters -= min(len(whole), room)
        note = ""
        if len(whole) > room:
            where = f" The whole file lies in the workspace at {attached['path']}" if attached["path"] else ""
            note = f"\n[Cut here: {len(whole) - room:,} more characters.{where}]"
        return f"The file {attached['name']} is attached:\n\n{fenced(whole[:room], 'text')}{note}"


async def show(
    store: AttachmentStore, owner: str, messages: Sequence[Message], *, sees_pictures: bool
) -> Mapping[str, Shown]:
    """What is told with each of the owner's messages, which come oldest first, by message."""
    room = _Room(store, owner, sees_pictures)
    told: dict[str, Shown] = {}
    for message in reversed(messages):
        told[message.id] = Shown()
        for attached in message.attachments or ():
            await room.show(attached, told[message.id])
    return told
