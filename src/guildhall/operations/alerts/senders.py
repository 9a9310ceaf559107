"""Senders: how a notice reaches each kind of channel. One small object a kind, all behind `Sender`.

Robots are addressed as their public documentation says: Feishu's signature goes into the body, DingTalk's into the
address, WeCom's address is all it needs. Our own web hook is signed over `timestamp.body`.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote_plus, urlsplit

import orjson
from pydantic import TypeAdapter, ValidationError

from guildhall.accounts.schemas import Email as EmailAddress
from guildhall.core import guard, outbound
from guildhall.core.errors import AppError, BadRequestError
from guildhall.core.mail import Mail, MailError
from guildhall.operations.alerts import signatures
from guildhall.operations.alerts.notices import Notice
from guildhall.operations.alerts.tables import ChannelKind

SIGNATURE_HEADER = "x-guildhall-signature"
TIMESTAMP_HEADER = "x-guildhall-timestamp"
DELIVERY_HEADER = "x-guildhall-delivery"
_SAID_LENGTH = 200
_WECOM_BYTES = 4096
_HARMLESS = str.maketrans("[]<>*`@#", "()‹›∗'＠＃")
_EMAIL: TypeAdapter[str] = TypeAdapter(EmailAddress)


class DeliveryError(Exception):
    """A notice was not delivered; says why by a stable code and in plain words.

    `is_final`: trying again would not help.
    """

    def __init__(self, code: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.is_final = is_final


@dataclass(frozen=True)
class Destination:
    """Where one channel leads, opened; it lives only in memory."""

    target: str
    secret: str = field(repr=False, default="")
    private: bool = False


class Sender(Protocol):
    """How one kind of channel is checked, shown and used."""

    def check(self, destination: Destination) -> None:
        """Raise `BadRequestError` unless a channel could be made of this."""

    def shown(self, target: str) -> str:
        """The target as people may see it, without what must stay secret."""

    async def send(self, destination: Destination, notice: Notice) -> None:
        """Deliver. Raises `DeliveryError`."""


class InApp:
    """To every admin's notifications."""

    def __init__(self, notify: Callable[[Notice], Awaitable[None]]) -> None:
        self._notify = notify

    def check(self, destination: Destination) -> None:
        """Needs nothing."""
        if destination.target or destination.secret:
            raise BadRequestError(
                "invalid_target", "In-app notifications need no target and no secret.", param="target"
            )

    def shown(self, target: str) -> str:
        """Nothing."""
        return target

    async def send(self, destination: Destination, notice: Notice) -> None:  # noqa: ARG002 - the same for every kind
        """Store a notification for each admin."""
        try:
            await self._notify(notice)
        except AppError as error:
            raise DeliveryError(error.code, error.message) from None


class Email:
    """To one or more addresses, by the hall's mail server."""

    def __init__(self, send_mail: Callable[[Mail], Awaitable[None]]) -> None:
        self._send_mail = send_mail

    def check(self, destination: Destination) -> None:
        """One or more addresses, separated by commas."""
        addresses = _addresses(destination.target)
        if not addresses or len(addresses) > 20:
            raise BadRequestError("invalid_target", "Name one to twenty e-mail addresses.", param="target")
        for address in addresses:
            try:
                _EMAIL.validate_python(address)
            except ValidationError:
                raise BadRequestError(
                    "invalid_target", f"{address!r} is not an e-mail address.", param="target"
                ) from None

    def shown(self, target: str) -> str:
        """The addresses."""
        return ", ".join(_addresses(target))

    async def send(self, destination: Destination, notice: Notice) -> None:
        """Hand the mail over."""
        text = "\n".join([notice.title, "", *notice.lines, *(["", notice.link] if notice.link else []), ""])
        try:
            await self._send_mail(Mail(_addresses(destination.target), f"Guildhall {notice.title}", text))
        except MailError as error:
            raise DeliveryError(error.code, error.message, is_final=error.is_final) from None
        except AppError as error:
            raise DeliveryError(error.code, error.message) from None


class _Web:
    """What all channels over HTTP have in common."""

    needs_secret = False

    def check(self, destination: Destination) -> None:
        """An address that the guard lets pass."""
        guard.target_of(destination.target, private=destination.private, param="target")
        if self.needs_secret and not destination.secret:
            raise BadRequestError("secret_needed", "A signed web hook needs a secret.", param="secret")

    def shown(self, target: str) -> str:
        """The server and nothing that could be a token."""
        parts = urlsplit(target)
        return f"{parts.scheme}://{parts.netloc}/…"

    async def _post(
        self, url: str, body: bytes, destination: Destination, headers: Mapping[str, str] | None = None
    ) -> bytes:
        try:
            answer = await outbound.post(
                url, body, headers={"content-type": "application/json", **(headers or {})}, private=destination.private
            )
        except outbound.OutboundError as error:
            is_final = error.reason == "address_not_allowed"
            raise DeliveryError(error.reason, error.message, is_final=is_final) from None
        except BadRequestError as error:
            raise DeliveryError(error.code, error.message, is_final=True) from None
        if 300 <= answer.status < 400:
            words = "The address answered with a redirect, which is not followed."
            raise DeliveryError("redirected", words, is_final=True)
        if answer.status >= 400:
            final = answer.status < 500 and answer.status not in {408, 425, 429}
            raise DeliveryError("status", f"The address answered {answer.status}.", is_final=final)
        return answer.body


class Webhook(_Web):
    """To a program of yours, signed so that it can tell that we said it, and when."""

    needs_secret = True

    async def send(self, destination: Destination, notice: Notice) -> None:
        """POST the notice as JSON."""
        body = orjson.dumps(payload_of(notice))
        timestamp = str(int(time.time()))
        headers = {
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: f"v1={signatures.web_hook(destination.secret, timestamp, body)}",
            DELIVERY_HEADER: notice.id,
        }
        await self._post(destination.target, body, destination, headers)


class Feishu(_Web):
    """To a group's custom robot in Feishu or Lark."""

    async def send(self, destination: Destination, notice: Notice) -> None:
        """POST a post with the facts, signed when the robot asks for it."""
        content: list[list[dict[str, str]]] = [[{"tag": "text", "text": line}] for line in notice.lines]
        if notice.link:
            content.append([{"tag": "a", "text": "Open", "href": notice.link}])
        title = f"{notice.mark} {notice.title}"
        body: dict[str, Any] = {
            "msg_type": "post",
            "content": {"post": {"zh_cn": {"title": title, "content": content}}},
        }
        if destination.secret:
            timestamp = str(int(time.time()))
            body |= {"timestamp": timestamp, "sign": signatures.feishu(destination.secret, timestamp)}
        answer = await self._post(destination.target, orjson.dumps(body), destination)
        _require_code(answer, "code", "msg")


class DingTalk(_Web):
    """To a group's custom robot in DingTalk."""

    async def send(self, destination: Destination, notice: Notice) -> None:
        """POST Markdown; the signature goes into the address."""
        url = destination.target
        if destination.secret:
            timestamp = str(int(time.time() * 1000))
            sign = quote_plus(signatures.dingtalk(destination.secret, timestamp))
            url += f"{'&' if '?' in url else '?'}timestamp={timestamp}&sign={sign}"
        body = {"msgtype": "markdown", "markdown": {"title": notice.title, "text": _markdown(notice)}}
        _require_code(await self._post(url, orjson.dumps(body), destination), "errcode", "errmsg")


class WeCom(_Web):
    """To a group's robot in WeCom."""

    async def send(self, destination: Destination, notice: Notice) -> None:
        """POST Markdown, within the length that WeCom takes."""
        content = _markdown(notice).encode()[:_WECOM_BYTES].decode(errors="ignore")
        body = {"msgtype": "markdown", "markdown": {"content": content}}
        _require_code(await self._post(destination.target, orjson.dumps(body), destination), "errcode", "errmsg")


def registry(
    notify: Callable[[Notice], Awaitable[None]], send_mail: Callable[[Mail], Awaitable[None]]
) -> dict[ChannelKind, Sender]:
    """Every kind of channel there is."""
    return {
        "in_app": InApp(notify),
        "email": Email(send_mail),
        "webhook": Webhook(),
        "feishu": Feishu(),
        "dingtalk": DingTalk(),
        "wecom": WeCom(),
    }


def payload_of(notice: Notice) -> dict[str, Any]:
    """What our own web hook says."""
    return {
        "id": notice.id,
        "type": f"alert.{notice.occasion}",
        "alert": {
            "id": notice.alert_id,
            "rule": notice.rule,
            "metric": notice.metric,
            "unit": notice.unit,
            "comparison": notice.comparison,
            "threshold": notice.threshold,
            "value": notice.value,
            "severity": notice.severity,
            "subject": notice.subject,
            "subject_name": notice.subject_name,
            "started_at": notice.started_at,
            "resolved_at": notice.resolved_at,
        },
        "text": "\n".join([notice.title, *notice.lines]),
        "link": notice.link,
    }


def _markdown(notice: Notice) -> str:
    lines = [f"### {notice.mark} {_plain(notice.title)}", *(f"- {_plain(line)}" for line in notice.lines)]
    if notice.link:
        lines.append(f"\n[Open]({notice.link})")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Names that people gave must not become links, mentions or marks."""
    return text.translate(_HARMLESS)


def _require_code(body: bytes, code: str, message: str) -> None:
    """Robots answer 200 and say in the body whether they took it."""
    try:
        answer = orjson.loads(body)
        found = answer.get(code, answer.get("StatusCode"))
    except (orjson.JSONDecodeError, AttributeError):
        words = "Whatever answers at this address is not such a robot."
        raise DeliveryError("not_a_robot", words, is_final=True) from None
    if found != 0:
        said = " ".join(str(answer.get(message, ""))[:_SAID_LENGTH].split())
        raise DeliveryError("robot_refused", f"The robot refused the message ({found}): {said}")


def _addresses(target: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in target.replace(";", ",").split(",") if part.strip())
