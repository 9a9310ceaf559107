"""What the API of MCP servers takes and gives."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from guildhall.core.web import Input, PlainText

Kind = Literal["http", "stdio"]
_NAME = r"^[a-z][a-z0-9-]{0,29}$"
# A header, or a variable; these few would take the request or the program over.
_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_OURS = frozenset({
    "accept", "accept-encoding", "connection", "content-length", "content-type", "expect", "host", "keep-alive",
    "mcp-protocol-version", "mcp-session-id", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    "user-agent",
})  # fmt: skip


def _secret_name(value: str) -> str:
    if not _SECRET_NAME.fullmatch(value):
        raise ValueError("must be the name of a header or of a variable")
    if value.lower() in _OURS:
        raise ValueError("is written by the hall itself")
    return value


def _secret_value(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if not secret or len(secret) > 4000 or any(not " " <= letter <= "~" for letter in secret):
        raise ValueError("must be 1 to 4000 visible ASCII characters")
    return SecretStr(secret)


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line")
    return value


Name = Annotated[PlainText, Field(pattern=_NAME)]
Url = Annotated[PlainText, Field(min_length=1, max_length=1000)]
Command = Annotated[PlainText, Field(min_length=1, max_length=2000, pattern=r"\S"), AfterValidator(_one_line)]
SecretName = Annotated[PlainText, AfterValidator(_secret_name)]
SecretValue = Annotated[SecretStr, AfterValidator(_secret_value)]
Seconds = Annotated[int, Field(ge=1, le=3600)]


class McpServerIn(Input):
    """A new server: `http` has an address, `stdio` a command that runs in the sandbox of the workspace.

    `secrets` are sent as headers, or given to the program as variables. The hall's are for everybody.
    """

    scope: Literal["own", "hall"] = "own"
    name: Name
    kind: Kind
    url: Url | None = None
    command: Command | None = None
    secrets: dict[SecretName, SecretValue] = Field(default_factory=dict, max_length=20)
    is_private: bool = False
    has_network: bool = False
    is_enabled: bool = True
    timeout_seconds: Seconds = 60


class McpServerChange(Input):
    """What to change; what is left out stays. Secrets that are not named go; one whose value is null stays."""

    name: Name | None = None
    url: Url | None = None
    command: Command | None = None
    secrets: dict[SecretName, SecretValue | None] | None = Field(None, max_length=20)
    is_private: bool | None = None
    has_network: bool | None = None
    is_enabled: bool | None = None
    timeout_seconds: Seconds | None = None

    @model_validator(mode="after")
    def _no_nulls(self) -> "McpServerChange":
        for field in self.model_fields_set:
            if getattr(self, field) is None:
                raise ValueError(f"{field} must not be null")
        return self


class McpToolOut(BaseModel):
    """A tool as its server describes it. `is_read_only` is the server's own word."""

    name: str
    title: str
    description: str
    is_read_only: bool


class McpServerOut(BaseModel):
    """A server, and what came of the last attempt to use it.

    Address, command, secrets and the reason of a failure are for who may change it.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    scope: Literal["own", "hall"]
    name: str
    kind: Kind
    url: str | None
    command: str | None
    secrets: dict[str, str]
    """By name, the last characters of each."""
    is_private: bool
    has_network: bool
    is_enabled: bool
    timeout_seconds: int
    state: Literal["untried", "ok", "failed"]
    reason: str
    tools: list[McpToolOut]
    checked_at: datetime | None
    may_change: bool


class McpRightsOut(BaseModel):
    """What the person who asks may add."""

    addresses: bool
    programs: bool
    hall: bool
    program_hindrance: str
    """Why programs cannot run here, in one sentence; empty when they can."""
