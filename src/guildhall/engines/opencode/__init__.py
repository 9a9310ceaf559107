"""opencode as an engine: one process beside the server for each workspace, started when somebody needs it.

Reading order: `tools`, `failures`, `told` and `translation` (what it tells, in our words), `context` (what it is told),
`client` (its HTTP API), `program`, `configuration`, `tunnel`, `homes`, `process` and `sidecars` (what runs, and for
whom), `turns`, `engine`. It calls models through `gateway.doorway`. Others use `engine.OpencodeEngine` and `program`.
"""
