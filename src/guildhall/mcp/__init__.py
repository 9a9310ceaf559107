"""Tools of other people's making: MCP servers of the hall and of its people, and what agents may call of them.

Others take `runtime.McpRuntime`. To read: `servers` (what is stored), `wire` (the protocol), `stdio` and `streamable`
(what carries it), `connections` (which are open), `tools` (how they look to an agent), `runtime`.
"""
