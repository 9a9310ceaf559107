"""What the API of prompts takes and gives."""

import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from guildhall.chat.schemas import ModelName, Title
from guildhall.core.web import Input, PlainText
from guildhall.engines.api import Mode

MOST_TOGETHER = 500
Kind = Literal["guildhall-prompts"]


def _plain(text: object) -> object:
    """In small letters, and in the one form that Unicode recommends: how a name is written makes no difference."""
    return unicodedata.normalize("NFC", text).strip().lower() if isinstance(text, str) else text


def _once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Slash = Annotated[str, BeforeValidator(_plain), Field(pattern=r"^\w[\w-]{0,39}$")]
Tag = Annotated[str, BeforeValidator(_plain), Field(pattern=r"^\w[\w .+#-]{0,39}$")]
Tags = Annotated[list[Tag], Field(max_length=10), AfterValidator(_once)]
Words = Annotated[PlainText, Field(min_length=1, max_length=50_000)]
Description = Annotated[PlainText, Field(max_length=1000)]


class PromptWords(Input):
    r"""A prompt: `{{name}}` and `{{name=default}}` in its text and its instructions are asked for when it is used, and
    `\{{` stands for braces that stay. A chat that is begun with it takes its instructions, model and mode."""

    title: Title
    slash: Slash | None = None
    text: Words
    description: Description = ""
    tags: Tags = Field(default_factory=list)
    instructions: Words | None = None
    model: ModelName | None = None
    mode: Mode | None = None


class PromptIn(PromptWords):
    """A new prompt: your own, or one that an admin shares with the whole hall."""

    is_shared: bool = False


class PromptChange(Input):
    """What to change; what is left out stays, and null takes away what can be missing."""

    title: Title | None = None
    slash: Slash | None = None
    text: Words | None = None
    description: Description | None = None
    tags: Tags | None = None
    instructions: Words | None = None
    model: ModelName | None = None
    mode: Mode | None = None
    is_shared: bool | None = None


class PromptListed(BaseModel):
    """A prompt in a list, without its words. `is_scene`: it says how a chat that is begun with it works."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    is_shared: bool
    title: str
    slash: str | None
    description: str
    tags: list[str]
    is_scene: bool
    updated_at: datetime


class PromptVariable(BaseModel):
    """What is asked for when a prompt is used; without a default it has to be said."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    default: str | None


class PromptOut(PromptListed):
    """A prompt with its words."""

    text: str
    instructions: str | None
    model: str | None
    mode: Mode | None
    variables: list[PromptVariable]
    created_at: datetime


class PromptFile(BaseModel):
    """Prompts as a file."""

    kind: Kind = "guildhall-prompts"
    version: Literal[1] = 1
    prompts: list[PromptWords]


class PromptImport(Input):
    """A file of prompts, to be your own or, for admins, the whole hall's."""

    kind: Kind = "guildhall-prompts"
    version: Literal[1] = 1
    prompts: Annotated[list[PromptWords], Field(min_length=1, max_length=MOST_TOGETHER)]
    is_shared: bool = False


class PromptsImported(BaseModel):
    """What came of a file."""

    added: int
    changed: int
    unchanged: int
