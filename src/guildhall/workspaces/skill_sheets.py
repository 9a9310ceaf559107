"""Skill sheets: what a SKILL.md says of its skill, in the open Agent Skills format, or why that can't be told. Pure.

A sheet opens with front matter between two lines of `---`, in YAML; what follows it is told to an agent that wants the
skill.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from guildhall.workspaces import texts

SHEET = "SKILL.md"
MOST_BYTES = 64 * 1024
Reason = Literal[
    "no_sheet",
    "unreadable",
    "leaves",
    "too_long",
    "no_front_matter",
    "bad_front_matter",
    "bad_name",
    "other_name",
    "bad_description",
    "name_taken",
    "too_many",
    "no_time",
]
_LONGEST_NAME, _LONGEST_DESCRIPTION = 64, 1024
_LONGEST_FRONT_MATTER = 8 * 1024  # reading YAML is slow, and nobody says more of a skill
_MOST_TOKENS = 1000  # a key with its value has five
_DEEPEST = 20  # brackets within brackets take the square of their number
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHEET = re.compile(r"---[ \t]*\r?\n(.*?)\n---[ \t]*(?:\r?\n|\Z)(.*)", re.DOTALL)
_WITH_COLON = re.compile(r"""^([\w-]+):[ \t]+([^\s"'\[{|>&*!].*:(?:[ \t].*|))$""", re.MULTILINE)


class SheetError(Exception):
    """A sheet that can't be used."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Loader(yaml.BaseLoader):
    """Makes nothing but texts, lists and mappings: few of them, and none too deep. Raises `SheetError`."""

    def fetch_flow_collection_start(self, token: Any) -> None:
        if self.flow_level >= _DEEPEST:
            raise SheetError("bad_front_matter")
        super().fetch_flow_collection_start(token)

    def fetch_more_tokens(self) -> None:
        if self.tokens_taken > _MOST_TOKENS:
            raise SheetError("bad_front_matter")
        super().fetch_more_tokens()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says. `name` is in letters that every model writes as they are; `text` is what is to be done."""

    name: str
    description: str
    text: str


def read(content: bytes, folder: str) -> Sheet:
    """The sheet of the skill in a folder of this name. Raises `SheetError`."""
    found = texts.read(content)
    if found is None:
        raise SheetError("unreadable")
    parts = _SHEET.fullmatch(found[0])
    if parts is None:
        raise SheetError("no_front_matter")
    said = _front_matter(parts[1])
    name, description = said.get("name"), said.get("description")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise SheetError("bad_name")
    if name != folder:
        raise SheetError("other_name")
    words = _in_one_line(description) if isinstance(description, str) else ""
    if not 0 < len(words) <= _LONGEST_DESCRIPTION:
        raise SheetError("bad_description")
    return Sheet(name, words, parts[2].strip())


def _front_matter(text: str) -> dict[object, object]:
    """Every value stays the text that it is: a name such as `on` or `2024-01-01` is one too. Raises `SheetError`."""
    if len(text) > _LONGEST_FRONT_MATTER:
        raise SheetError("bad_front_matter")
    said = _parsed(text)
    if said is None:  # many write `description: Use it so: like this`, which is no YAML, and everybody takes it
        said = _parsed(_WITH_COLON.sub(lambda line: f"{line[1]}: {json.dumps(line[2].rstrip())}", text))
    if not isinstance(said, dict):
        raise SheetError("bad_front_matter")
    return said


def _parsed(text: str) -> object:
    """What a text is in YAML, None if it is none. Raises `SheetError`."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - see there
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):
        return None


def _in_one_line(text: str) -> str:
    """Without line breaks, what cannot be seen, and halves of characters."""
    clean = text.encode("utf-8", "replace").decode()
    return " ".join("".join(letter for letter in clean if letter.isprintable() or letter.isspace()).split())
