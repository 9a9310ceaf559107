"""The built-in engine: an agent with tools for files, commands and the web, on any model of the gateway.

Others take `engine.BuiltinEngine`. To read: `engine` (what a turn is given), `loop` (model and tools in turns),
`transcript` (a conversation as the model is told it), `gateway_model` (one model call), `step` (the calls of one
answer), `tool` (what a tool is), then the tools themselves.
"""
