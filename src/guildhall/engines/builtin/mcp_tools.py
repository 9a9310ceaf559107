"""Tools of MCP servers, at one desk: asked for like all others, whatever their server says of them."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from guildhall.engines import offers
from guildhall.engines.builtin.desk import Desk
from guildhall.engines.builtin.tool import Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.mcp.errors import McpError
from guildhall.mcp.runtime import McpRuntime, Offer


class RemoteArguments(BaseModel):
    """What a server's tool takes; the server itself says whether it is right."""

    model_config = ConfigDict(extra="allow")


def tools(runtime: McpRuntime, found: Iterable[Offer], desk: Desk | None, taken: Iterable[str]) -> Iterator[Tool]:
    """The offers as tools, under names that are not `taken`."""
    for name, offer in offers.named(found, taken).items():
        yield _tool(runtime, offer, name, desk if offer.touches_files else None)


def _tool(runtime: McpRuntime, offer: Offer, name: str, desk: Desk | None) -> Tool:
    async def plan(asked: RemoteArguments) -> Plan:
        arguments = asked.model_extra or {}

        async def perform(_: Running) -> Result:
            if desk is not None:
                await desk.prepare()
            try:
                outcome = await runtime.call(offer, arguments)
            except McpError as error:
                raise ToolFailure(f"{offer.server.name}: {error.message}") from None
            finally:
                paths = await desk.look() if desk is not None else []
            return Result(outcome.words, {"server": offer.server.name, "paths": paths}, is_failed=outcome.is_failed)

        asking = offers.request_of("", name, offer, arguments)
        return Plan(Asking(asking.patterns, asking.suggestions, asking.details), perform)

    return Tool(
        name,
        offers.kind_of(offer),
        offer.tool.description or offer.tool.title or offer.tool.name,
        RemoteArguments,
        plan,
        is_read_only=offer.tool.is_read_only,
        schema=offer.tool.schema,
    )
