"""Kinds of attachments: what bytes are, judged by themselves, and names under which they may be kept. Pure."""

import posixpath
import unicodedata
from typing import Literal

from guildhall.core.errors import AppError
from guildhall.workspaces import texts
from guildhall.workspaces.paths import is_gits, require_new_name

Kind = Literal["image", "text", "file"]
_LONGEST_NAME, _LONGEST_ENDING, _MOST_BYTES = 200, 20, 200
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def kind_of(content: bytes) -> tuple[Kind, str]:
    """What can be done with a content, and its media type: never by what somebody says of it."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image", "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image", "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image", "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image", "image/webp"
    if content.startswith(b"%PDF-"):
        return "file", "application/pdf"
    if texts.read(content) is not None:
        return "text", "text/plain"
    return "file", "application/octet-stream"


def safe_name(name: str) -> str:
    """A name, perhaps with folders before it, under which a workspace can keep a file too."""
    parts = [_safe(part) for part in name.replace("\\", "/").split("/")]
    kept = [part for part in parts if part]
    while len(kept) > 1 and len("/".join(kept)) > _LONGEST_NAME:
        del kept[0]
    return "/".join(kept) or "file"


def _safe(part: str) -> str:
    shown = "".join(letter for letter in part if unicodedata.category(letter) not in _UNSEEN)
    stem, ending = posixpath.splitext(unicodedata.normalize("NFC", shown).strip())
    ending = ending[:_LONGEST_ENDING]
    room = _MOST_BYTES - len(ending.encode())
    clean = (stem.encode()[:room].decode(errors="ignore") + ending).strip().rstrip(". ")
    try:
        require_new_name(clean, clean)
    except AppError:  # such as the name of a device
        clean = f"file {clean}"
    return f"_{clean}" if is_gits((clean,)) else clean
