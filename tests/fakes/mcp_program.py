"""An MCP server in plain Python, good and bad: over stdio, or with a port as its argument over streamable HTTP.

What it is bad at is in the variable MODE, over HTTP in the path: mute, rubbish, old, forgetful, locked, moved, events.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}}
TOOLS = {
    "echo": (TEXT, True),
    "add": ({"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}, False),
    "write": (TEXT, False),
    "variable": (TEXT, False),
    "fail": (TEXT, False),
    "die": (TEXT, False),
    "hang": (TEXT, False),
    "rubbish": (TEXT, False),
    "huge": (TEXT, False),
    "long": (TEXT, False),
    "output": (TEXT, False),
    "odd.name!": (None, False),
}


def tell(words, file=sys.stdout):
    file.write(f"{words}\n")
    file.flush()


def text(words, **more):
    return {"content": [{"type": "text", "text": words}], **more}


def called(name, given):
    if name == "echo":
        return text(given.get("text", ""))
    if name == "add":
        return {"content": [], "structuredContent": {"sum": given["a"] + given["b"]}}
    if name == "write":
        with open("/workspace/made.txt", "w") as file:
            file.write(given["text"])
        return text("Written.")
    if name == "variable":
        return text(os.environ.get(given["text"], "(none)"))
    if name == "fail":
        return text("It went wrong.", isError=True)
    if name == "hang":
        time.sleep(3600)
    if name == "rubbish":
        return None
    if name == "huge":
        return text("x" * 10_000_000)
    if name == "long":
        return text("y" * 200_000)
    return {"content": [{"type": "image", "mimeType": "image/png", "data": "aGVsbG8="}, {"type": "text", "text": name}]}


def answer(message, mode):
    """What is said to a message; None for nothing."""
    method, params = message.get("method"), message.get("params") or {}
    if "id" not in message or mode == "mute":
        return None
    if method == "initialize":
        version = "1.0" if mode == "old" else params["protocolVersion"]
        result = {
            "protocolVersion": version,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "t", "version": "1"},
        }
    elif method == "tools/list":
        names = list(TOOLS)
        page = names[5:] if params.get("cursor") else names[:5]
        listed = [
            {
                "name": name,
                "description": f"Does {name}.",
                "inputSchema": schema,
                "annotations": {"readOnlyHint": reads},
            }
            for name in page
            for schema, reads in [TOOLS[name]]
        ]
        result = {"tools": listed} if params.get("cursor") else {"tools": listed, "nextCursor": "more"}
    elif method == "tools/call" and params.get("name") in TOOLS:
        result = called(params["name"], params.get("arguments") or {})
        if result is None:
            return "what is this"
    else:
        return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32602, "message": f"No such {method}."}}
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def stdio(mode):
    tell("ready", sys.stderr)
    if mode == "rubbish":
        tell("Welcome to my server!")
    for line in sys.stdin:
        message = json.loads(line)
        if (message.get("params") or {}).get("name") == "die":
            tell("I cannot go on.", sys.stderr)
            os._exit(3)
        said = answer(message, "mute" if mode == "rubbish" else mode)
        if said is not None:
            tell(json.dumps({"jsonrpc": "2.0", "id": "s1", "method": "ping"}))
            tell(said if isinstance(said, str) else json.dumps(said))


SESSIONS = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    has_forgotten = False

    def log_message(self, *_):
        pass

    def do_DELETE(self):
        SESSIONS.discard(self.headers.get("mcp-session-id", ""))
        self.reply(200, b"")

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        mode = self.path.strip("/")
        name = (message.get("params") or {}).get("name")
        if mode == "locked" and self.headers.get("authorization") != "Bearer open sesame":
            return self.reply(401, b"no")
        if mode == "moved":
            return self.reply(308, b"", location="https://elsewhere.example/mcp")
        if mode == "forgetful" and name == "echo" and not Handler.has_forgotten:
            Handler.has_forgotten = True
            SESSIONS.discard(self.headers["mcp-session-id"])
        given = {}
        if message.get("method") == "initialize":
            given["mcp-session-id"] = f"s{time.monotonic_ns()}"
            SESSIONS.add(given["mcp-session-id"])
        elif self.headers.get("mcp-session-id") not in SESSIONS or not self.headers.get("mcp-protocol-version"):
            return self.reply(404, b"who are you")
        if name == "die":
            self.close_connection = True
            return None
        return self.say(answer(message, mode), mode, given)

    def say(self, said, mode, given):
        if said is None:
            return self.reply(202, b"", **given)
        if mode == "rubbish" or isinstance(said, str):
            return self.reply(200, b"<html>what is this", **given)
        if mode != "events":
            return self.reply(200, json.dumps(said).encode(), **given)
        self.send_response(200)
        for header, value in {**given, "content-type": "text/event-stream", "connection": "close"}.items():
            self.send_header(header, value)
        self.end_headers()
        asked = json.dumps({"jsonrpc": "2.0", "id": "s1", "method": "roots/list"})
        self.wfile.write(b": hello\r\n\r\n")
        if not given:
            self.wfile.write(b"event: message\ndata: " + asked.encode() + b"\n\n")
        self.wfile.flush()
        self.wfile.write(b"id: 1\ndata: " + json.dumps(said).encode() + b"\n\n")
        self.close_connection = True
        return None

    def reply(self, status, body, **headers):
        self.send_response(status)
        kind = {"content-type": "application/json", "content-length": str(len(body))}
        for header, value in {**kind, **headers}.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


if len(sys.argv) > 1:
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    tell(server.server_address[1])
    server.serve_forever()
else:
    stdio(os.environ.get("MODE", ""))
