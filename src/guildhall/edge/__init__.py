"""The fast path that every metered call takes: identify, admit, route, forward, record. It knows no HTTP library.

Others call `pipeline.Pipeline` (open a call, read its answer, close it) and mount `transport.Transport` for `/v1/*`;
who may call and where calls go is handed in (`directory.Directory`).

Reading order: `endpoints` (what can be called), `call` (the facts), `pipeline` (the five steps), `admit` with
`allowances` (what callers may ask for), `forward` (attempts and fail-over) with `retries` (how many) and `capacity`
(what a channel may be asked for) and `queue` (who waits for that), `answer` (what comes back, whole or streamed, with
`sse` and `wire`), `dialects` (what must be understood of each provider's answers) with `adapter` (for callers who speak
another), `passage` with `uploads` and `multipart` (images and sound, which are never held), then the ground it stands
on: `upstream`, `pool`, `connection`, `guard`, `wheel`. At the one end stand `visit` and the transports that callers
come in by: `protocol` with `heads` and `answer_heads` (from the socket), whose plain calls take the `express`, and
`transport` (ASGI), with the `desk` for what calls no model. At the other stands the `recorder` (rows) with the `spool`.
"""
