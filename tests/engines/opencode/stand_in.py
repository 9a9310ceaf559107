"""A stand-in for the opencode program: it starts, listens and answers as the real one does, in a tenth of a second.

It asks the model what it is asked and says what the model said; asked to `end`, it ends. It is run by itself, with
nothing but the standard library.
"""

import base64
import json
import os
import queue
import socket
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_EVENTS: "list[queue.Queue[dict[str, Any]]]" = []


def relay(script: str) -> None:
    """What the relay does, in another language: join two sockets of a folder to the loopback."""
    folder = os.path.dirname(script)
    inner = socket.socket(socket.AF_UNIX)
    inner.bind(f"{folder}/in.sock")
    outer = socket.create_server(("127.0.0.1", 4097))
    threading.Thread(target=_join, args=(inner, lambda: socket.create_connection(("127.0.0.1", 4096)))).start()
    _join(outer, lambda: _to(f"{folder}/out.sock"))


def _to(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.connect(path)
    return made


def _join(listener: socket.socket, connect: Any) -> None:
    listener.listen()
    while True:
        one = listener.accept()[0]
        other = connect()
        for source, target in ((one, other), (other, one)):
            threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Handler(BaseHTTPRequestHandler):
    """Its API, as far as a turn needs it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Health, sessions, events."""
        if not self._is_allowed():
            return
        if self.path.startswith("/event"):
            self._tell()
        elif self.path.startswith("/global/health"):
            self._answer(200, {"healthy": True, "version": "1.18.33"})
        else:
            self._answer(200, {})

    def do_POST(self) -> None:
        """Sessions and questions."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        if not self._is_allowed():
            return
        parts = self.path.partition("?")[0].split("/")
        if parts[-1] == "prompt_async":
            self._answer(204, None)
            if body["parts"][0]["text"] == "end":
                os._exit(3)
            threading.Thread(target=_work, args=(parts[2], body), daemon=True).start()
        else:
            self._answer(200, {"id": f"ses_{os.getpid()}"})

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _is_allowed(self) -> bool:
        wanted = base64.b64encode(f"opencode:{os.environ['OPENCODE_SERVER_PASSWORD']}".encode()).decode()
        if self.headers.get("authorization") == f"Basic {wanted}":
            return True
        self._answer(401, {})
        return False

    def _answer(self, status: int, body: Any) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _tell(self) -> None:
        mine: queue.Queue[dict[str, Any]] = queue.Queue()
        _EVENTS.append(mine)
        self.send_response(200)
        self.send_header("connection", "close")
        self.end_headers()
        event: dict[str, Any] = {"type": "server.connected", "properties": {}}
        while True:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
            event = mine.get()


def _emit(kind: str, **told: Any) -> None:
    for each in _EVENTS:
        each.put({"type": kind, "properties": told})


def _work(session: str, asked: dict[str, Any]) -> None:
    provider = json.loads(os.environ["OPENCODE_CONFIG_CONTENT"])["provider"]["guildhall"]["options"]
    _emit("message.updated", sessionID=session, info={"id": asked["messageID"], "role": "user", "sessionID": session})
    _emit("session.status", sessionID=session, status={"type": "busy"})
    _emit("message.updated", sessionID=session, info={"id": "msg_a", "role": "assistant", "sessionID": session})
    question = {"role": "user", "content": asked["parts"][0]["text"]}
    request = urllib.request.Request(
        f"{provider['baseURL']}/chat/completions",
        json.dumps({"model": asked["model"]["modelID"], "messages": [question]}).encode(),
        {"authorization": f"Bearer {os.environ['GUILDHALL_KEY']}", "x-session-id": session},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = json.load(answer)["choices"][0]["message"]["content"]
    part = {"id": "prt_a", "messageID": "msg_a", "sessionID": session, "type": "text", "text": text}
    _emit("message.part.updated", sessionID=session, part=part)
    _emit("session.idle", sessionID=session)


if __name__ == "__main__":
    if os.environ.pop("BUN_BE_BUN", ""):
        relay(sys.argv[1])
    elif sys.argv[1] == "--version":
        sys.stdout.write("1.18.33\n")
    else:
        server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[-1])), Handler)
        sys.stdout.write(f"opencode server listening on http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
