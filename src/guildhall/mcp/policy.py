"""The document of MCP servers: who may add which."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document


class McpPolicy(Document):
    """What tools people may bring for their own sessions, apart from those of the hall."""

    name: ClassVar[str] = "mcp"
    title: ClassVar[str] = "Tool servers (MCP)"

    members_add_addresses: bool = Field(
        True, description="Whether members may add servers of their own that are reached by a public https address."
    )
    members_add_programs: bool = Field(
        False,
        description="Whether members may add servers of their own that are programs, run in their workspace's sandbox.",
    )
