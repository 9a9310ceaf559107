"""The fast path that every metered call takes: identify, admit, route, forward, record. It knows no HTTP library.

Others call `pipeline.Pipeline` (open a call, read its answer, close it) and mount `transport.Transport` for `/v1/*`;
who may call and where calls go is handed in (`call.Directory`).

Reading order: `call` (the facts), `pipeline` (the five steps), `forward` (attempts and fail-over), `answer` (what comes
back, whole or streamed, with `sse` and `wire`), then the ground it stands on: `upstream`, `pool`, `connection`,
`guard`, `wheel`. At the one end stand `visit` and the transports that callers come in by, `protocol` with `heads` (from
the socket) and `transport` (ASGI); at the other `recorder` (rows).
"""
