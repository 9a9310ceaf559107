"""What the API of permissions and rules takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from guildhall.core.web import Input, PlainText

Pattern = Annotated[PlainText, Field(min_length=1, max_length=4000)]
Tool = Annotated[PlainText, Field(min_length=1, max_length=200)]
RuleAction = Literal["allow", "ask", "deny"]


class PermissionOut(BaseModel):
    """A tool call that waits, or has waited, for its session's owner."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    session_id: str
    turn_id: str
    tool_call_id: str
    tool: str
    kind: Literal["read", "edit", "run", "fetch", "other"]
    patterns: list[str]
    suggestions: list[str]
    details: dict[str, Any]
    is_opaque: bool
    status: Literal["pending", "allowed", "rejected", "expired", "cancelled"]
    message: str
    created_at: datetime
    decided_at: datetime | None


class DecisionIn(Input):
    """A person's word. `always` also stores rules for `patterns`, or for what was suggested, in `scope`."""

    decision: Literal["once", "always", "reject"]
    message: Annotated[PlainText, Field(max_length=4000)] = ""
    patterns: Annotated[tuple[Pattern, ...], Field(max_length=50)] = ()
    scope: Literal["session", "workspace", "everywhere"] = "session"


class PermissionRuleIn(Input):
    """What agents may do, or not: everywhere, in one workspace, or in one session."""

    tool: Tool
    pattern: Pattern
    action: RuleAction
    workspace_id: Annotated[PlainText, Field(max_length=40)] | None = None
    session_id: Annotated[PlainText, Field(max_length=40)] | None = None


class PermissionRuleChange(Input):
    """What to change; what is left out stays."""

    tool: Tool | None = None
    pattern: Pattern | None = None
    action: RuleAction | None = None


class PermissionRuleOut(BaseModel):
    """A rule as its owner sees it; of the rules that match, the last one counts."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    tool: str
    pattern: str
    action: RuleAction
    workspace_id: str | None
    session_id: str | None
    created_at: datetime
