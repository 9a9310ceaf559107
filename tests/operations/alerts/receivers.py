"""Receivers for the tests: a real HTTP server that plays every kind of robot and checks its signature, and a real
mail server."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import ssl
import time
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

SECRET = "a-secret-of-the-robot"
OLDEST_SECONDS = 300


@dataclass
class Request:
    """What arrived, and whether its signature was right."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes
    is_genuine: bool


@dataclass
class Receiver:
    """A server at `url`. `plan` holds the statuses of the next answers; after them it is always 200."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    plan: list[int] = field(default_factory=list)
    body: bytes | None = None

    def at(self, path: str) -> list[Request]:
        """Requests to one path."""
        return [request for request in self.requests if request.path == path]

    async def received(self, count: int, path: str | None = None, seconds: float = 20) -> list[Request]:
        """Wait for that many requests. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while len(found := self.requests if path is None else self.at(path)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return found

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            raw = await reader.readexactly(int(headers.get("content-length", "0")))
            parts = urlsplit(head[0].split(" ")[1])
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = orjson.loads(raw)
            self.requests.append(
                Request(parts.path, query, headers, body, raw, _is_genuine(parts.path, query, headers, body, raw))
            )
            status = self.plan.pop(0) if self.plan else 200
            answer = self.body if self.body is not None else _robots_answer(parts.path, self.requests[-1].is_genuine)
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % (status, len(answer)))
            writer.write(answer)
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()


def _is_genuine(path: str, query: dict[str, str], headers: dict[str, str], body: dict[str, Any], raw: bytes) -> bool:
    """Each robot's check, written from its documentation and not from our code."""
    if path.startswith("/feishu"):
        key = f"{body.get('timestamp')}\n{SECRET}".encode()
        wanted = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        return body.get("sign") == wanted and abs(time.time() - int(body["timestamp"])) < OLDEST_SECONDS
    if path.startswith("/dingtalk"):
        text = f"{query.get('timestamp')}\n{SECRET}".encode()
        wanted = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() * 1000 - int(query.get("timestamp", "0"))) < OLDEST_SECONDS * 1000
        return query.get("sign") == wanted and fresh and query.get("access_token") == "token"
    if path.startswith("/wecom"):
        return query.get("key") == "token"
    stamp = headers.get("x-guildhall-timestamp", "0")
    wanted = hmac.new(SECRET.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    given = headers.get("x-guildhall-signature", "")
    return hmac.compare_digest(given, f"v1={wanted}") and abs(time.time() - int(stamp)) < OLDEST_SECONDS


def _robots_answer(path: str, is_genuine: bool) -> bytes:
    if path.startswith("/feishu"):
        return orjson.dumps({"code": 0, "msg": "success"} if is_genuine else {"code": 19021, "msg": "sign match fail"})
    if path.startswith(("/dingtalk", "/wecom")):
        refusal = {"errcode": 310000, "errmsg": "sign not match"}
        return orjson.dumps({"errcode": 0, "errmsg": "ok"} if is_genuine else refusal)
    return b"thank you"


@dataclass
class Mailbox:
    """What a mail server took."""

    host: str
    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the mail server's name for it
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse who is not there."""
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep a message."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(BytesParser(policy=default).parsebytes(content))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


class _Accounts:
    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        well = isinstance(given, LoginPassword) and (given.login, given.password) == (b"hall", SECRET.encode())
        return AuthResult(success=well, handled=well)


@contextlib.asynccontextmanager
async def mail_server(*, tls: ssl.SSLContext | None = None, sign_in: bool = False) -> AsyncIterator[Mailbox]:
    """A real SMTP server on loopback; with `tls` it offers STARTTLS, with `sign_in` it demands a password."""
    box = Mailbox("127.0.0.1", 0)
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "localhost"}
    if tls is not None:
        options |= {"tls_context": tls, "require_starttls": True}
    if sign_in:
        options |= {"authenticator": _Accounts(), "auth_required": True, "auth_require_tls": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of signing in without TLS, which is what is tried here
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(box, **options), "127.0.0.1", 0)
        box.port = server.sockets[0].getsockname()[1]
        try:
            yield box
        finally:
            server.close()
