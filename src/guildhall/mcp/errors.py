"""What can go wrong with MCP servers."""

from guildhall.core.errors import BadRequestError, ConflictError, ForbiddenError, NotFoundError


class McpError(Exception):
    """A server could not be used; says why in one plain sentence.

    `is_lost`: this connection is of no use any more. `is_unheard`: nor was what was asked heard, so that it may be
    asked again.
    """

    def __init__(self, message: str, *, is_lost: bool = False, is_unheard: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.is_lost = is_lost or is_unheard
        self.is_unheard = is_unheard


def server_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("mcp_server_not_found", "There is no such tool server.")


def name_taken(name: str) -> ConflictError:
    """Tools are called by the name of their server."""
    return ConflictError("mcp_server_exists", f"A tool server named {name!r} exists.", param="name")


def too_many(most: int) -> ConflictError:
    """A list that grows for ever helps nobody."""
    return ConflictError("too_many_mcp_servers", f"There can be {most} tool servers at most; delete some first.")


def not_allowed(words: str) -> ForbiddenError:
    """As an admin has decided."""
    return ForbiddenError("mcp_not_allowed", words)


def not_fitting(words: str, param: str) -> BadRequestError:
    """An address for those that have one, a command for the others."""
    return BadRequestError("invalid_field", words, param=param)
