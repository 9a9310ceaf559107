"""Channels: one suite that every kind passes, on real servers that check signatures; and what each kind says."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
import pytest_asyncio

from guildhall.core.errors import BadRequestError
from guildhall.core.mail import Mail, MailError, MailServer, send
from guildhall.operations.alerts import senders, signatures
from guildhall.operations.alerts.notices import Notice
from guildhall.operations.alerts.senders import DeliveryError, Destination, Sender
from guildhall.operations.alerts.tables import ChannelKind
from tests.operations.alerts.receivers import SECRET, Mailbox, Receiver, mail_server

WEB = ("webhook", "feishu", "dingtalk", "wecom")
_PATHS = {
    "webhook": "/hook",
    "feishu": "/feishu/hook/token",
    "dingtalk": "/dingtalk/send?access_token=token",
    "wecom": "/wecom/send?key=token",
}


def notice(**changes: Any) -> Notice:
    """A notice about failing calls."""
    values: dict[str, Any] = {
        "id": "ad_1",
        "alert_id": "al_1",
        "occasion": "fired",
        "rule": "Many calls fail",
        "metric": "calls.error_percent",
        "unit": "percent",
        "comparison": "above",
        "threshold": 20.0,
        "value": 62.5,
        "severity": "critical",
        "subject": "ch_1",
        "subject_name": "OpenAI, 主要",
        "started_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "resolved_at": None,
        "link": "https://hall.example.org/admin/alerts",
    }
    return Notice(**(values | changes))


@pytest_asyncio.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    async with mail_server() as box:
        yield box


class House:
    """What the house does for channels: keeps notifications, sends mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.notices: list[Notice] = []
        self.server = MailServer(mailbox.host, mailbox.port, "none", "", "", "hall@example.org")

    async def notify(self, told: Notice) -> None:
        """Keep a notification."""
        self.notices.append(told)

    async def mail(self, message: Mail) -> None:
        """Hand a message over."""
        await send(self.server, message)


@pytest.fixture
def house(mailbox: Mailbox) -> House:
    """The house."""
    return House(mailbox)


@pytest.fixture
def registry(house: House) -> dict[ChannelKind, Sender]:
    """Every kind of channel."""
    return senders.registry(house.notify, house.mail)


def destination(kind: str, receiver: Receiver) -> Destination:
    """Where a channel of this kind leads in these tests."""
    if kind == "in_app":
        return Destination("")
    if kind == "email":
        return Destination("ops@example.org, ada@example.org")
    return Destination(receiver.url + _PATHS[kind], SECRET, private=True)


async def test_every_kind_has_a_sender(registry: dict[ChannelKind, Sender]) -> None:
    assert set(registry) == set(get_args(ChannelKind))


@pytest.mark.parametrize("kind", get_args(ChannelKind))
@pytest.mark.parametrize("occasion", ["fired", "repeated", "resolved", "test"])
async def test_every_kind_delivers_every_word(
    kind: ChannelKind,
    occasion: Any,
    registry: dict[ChannelKind, Sender],
    receiver: Receiver,
    mailbox: Mailbox,
    house: House,
) -> None:
    sender, where = registry[kind], destination(kind, receiver)
    sender.check(where)
    await sender.send(where, notice(occasion=occasion))
    assert len(receiver.requests) + len(mailbox.messages) + len(house.notices) == 1
    assert all(request.is_genuine for request in receiver.requests)


@pytest.mark.parametrize("kind", get_args(ChannelKind))
async def test_no_kind_shows_a_token_or_a_secret(
    kind: ChannelKind, registry: dict[ChannelKind, Sender], receiver: Receiver
) -> None:
    where = destination(kind, receiver)
    shown = registry[kind].shown(where.target)
    assert "token" not in shown
    assert SECRET not in shown + repr(where)


@pytest.mark.parametrize("kind", ["feishu", "dingtalk"])
async def test_a_wrong_secret_is_told_in_the_robots_own_words(
    kind: ChannelKind, registry: dict[ChannelKind, Sender], receiver: Receiver
) -> None:
    where = Destination(receiver.url + _PATHS[kind], "wrong", private=True)
    with pytest.raises(DeliveryError, match="The robot refused the message") as caught:
        await registry[kind].send(where, notice())
    assert caught.value.code == "robot_refused"


@pytest.mark.parametrize("kind", WEB)
@pytest.mark.parametrize(("status", "is_final"), [(500, False), (503, False), (429, False), (404, True), (302, True)])
async def test_a_status_tells_whether_to_try_again(
    kind: ChannelKind, status: int, is_final: bool, registry: dict[ChannelKind, Sender], receiver: Receiver
) -> None:
    receiver.plan = [status]
    with pytest.raises(DeliveryError) as caught:
        await registry[kind].send(destination(kind, receiver), notice())
    assert caught.value.is_final == is_final
    assert len(receiver.requests) == 1, "redirects are not followed"


@pytest.mark.parametrize("kind", WEB)
async def test_an_address_inside_needs_the_admins_word(
    kind: ChannelKind, registry: dict[ChannelKind, Sender], receiver: Receiver
) -> None:
    for address in (receiver.url, "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/", "https://10.0.0.1/"):
        with pytest.raises(BadRequestError) as caught:
            registry[kind].check(Destination(address, SECRET))
        assert (caught.value.code, caught.value.details["param"]) == ("address_not_allowed", "target")
    for address in ("http://169.254.169.254/latest", "file:///etc/passwd", "https://a@b/", "nonsense"):
        with pytest.raises(BadRequestError):
            registry[kind].check(Destination(address, SECRET, private=True))


async def test_a_name_that_leads_inside_is_found_out_when_connecting(registry: dict[ChannelKind, Sender]) -> None:
    with pytest.raises(DeliveryError, match="private network") as caught:
        await registry["webhook"].send(Destination("https://127.1/x", SECRET), notice())
    assert caught.value.is_final


async def test_nobody_at_the_address_is_said_plainly(registry: dict[ChannelKind, Sender], mailbox: Mailbox) -> None:
    with pytest.raises(DeliveryError, match="Nothing answers at this address") as nobody:
        await registry["webhook"].send(Destination("http://127.0.0.1:1/x", SECRET, private=True), notice())
    with pytest.raises(DeliveryError, match="No secure connection") as insecure:
        where = Destination(f"https://127.0.0.1:{mailbox.port}/", SECRET, private=True)
        await registry["webhook"].send(where, notice())
    assert (nobody.value.code, insecure.value.code) == ("refused", "tls")


async def test_an_endless_answer_is_cut(registry: dict[ChannelKind, Sender], receiver: Receiver) -> None:
    receiver.body = b"x" * 5_000_000
    await registry["webhook"].send(destination("webhook", receiver), notice())
    with pytest.raises(DeliveryError, match="not such a robot"):
        await registry["wecom"].send(destination("wecom", receiver), notice())


async def test_the_web_hook_says_what_happened(registry: dict[ChannelKind, Sender], receiver: Receiver) -> None:
    await registry["webhook"].send(destination("webhook", receiver), notice())
    (request,) = receiver.requests
    assert request.headers["x-guildhall-delivery"] == request.body["id"] == "ad_1"
    assert request.headers["host"] == receiver.url.removeprefix("http://")
    assert request.body["type"] == "alert.fired"
    assert request.body["alert"]["value"] == 62.5
    assert request.body["text"].startswith("[firing] Many calls fail: OpenAI, 主要")


async def test_an_old_signature_is_worth_nothing() -> None:
    """The time is signed with the body, so that what was overheard can't be sent again later."""
    body = b"{}"
    assert signatures.web_hook(SECRET, "1000", body) != signatures.web_hook(SECRET, "1001", body)
    assert signatures.web_hook(SECRET, "1000", body) != signatures.web_hook(SECRET, "100", b"0.{}"[1:])


async def test_robots_are_spoken_to_as_they_document(registry: dict[ChannelKind, Sender], receiver: Receiver) -> None:
    for kind in ("feishu", "dingtalk", "wecom"):
        await registry[kind].send(destination(kind, receiver), notice())  # type: ignore[index]
    feishu, dingtalk, wecom = (request.body for request in receiver.requests)
    assert feishu["msg_type"] == "post"
    assert feishu["content"]["post"]["zh_cn"]["title"] == "🔴 [firing] Many calls fail: OpenAI, 主要"
    assert feishu["content"]["post"]["zh_cn"]["content"][0][0]["tag"] == "text"
    assert dingtalk["msgtype"] == wecom["msgtype"] == "markdown"
    assert "62.5 %" in dingtalk["markdown"]["text"]
    assert len(wecom["markdown"]["content"].encode()) <= 4096


async def test_names_of_people_make_no_links_and_mention_nobody(
    registry: dict[ChannelKind, Sender], receiver: Receiver
) -> None:
    nasty = notice(subject_name="[here](https://evil.example) <at user_id=all> @all")
    await registry["dingtalk"].send(destination("dingtalk", receiver), nasty)
    text = receiver.requests[0].body["markdown"]["text"]
    assert "](https://evil" not in text
    assert "<at" not in text
    assert "@all" not in text


async def test_mail_arrives_whole(registry: dict[ChannelKind, Sender], receiver: Receiver, mailbox: Mailbox) -> None:
    await registry["email"].send(destination("email", receiver), notice(rule="Bcc: x@example.org\r\nmany"))
    (message,) = mailbox.messages
    assert mailbox.recipients == [["ops@example.org", "ada@example.org"]]
    assert message["subject"] == "Guildhall [firing] Bcc: x@example.org many: OpenAI, 主要"
    assert message["bcc"] is None
    assert "62.5 %" in message.get_body().get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("target", ["", "nobody", "a@b@c", "a@example.org, b c@example.org", "x@example.org," * 21])
def test_what_is_no_address_is_refused(target: str, registry: dict[ChannelKind, Sender]) -> None:
    with pytest.raises(BadRequestError):
        registry["email"].check(Destination(target))


@pytest.mark.parametrize(
    ("address", "is_final"), [("nobody@example.org", True), ("later@example.org", False), ("x\ny@example.org", True)]
)
async def test_a_refused_recipient_is_told(
    address: str, is_final: bool, registry: dict[ChannelKind, Sender], mailbox: Mailbox
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await registry["email"].send(Destination(address), notice())
    assert caught.value.is_final == is_final


async def test_mail_signs_in_and_says_when_it_may_not() -> None:
    async with mail_server(sign_in=True) as box:
        mail = Mail(("ops@example.org",), "Hello", "World")
        await send(MailServer(box.host, box.port, "none", "hall", SECRET, "hall@example.org"), mail)
        assert len(box.messages) == 1
        with pytest.raises(MailError) as caught:
            await send(MailServer(box.host, box.port, "none", "hall", "wrong", "hall@example.org"), mail)
    assert caught.value.code == "mail_sign_in_refused"


async def test_mail_troubles_are_told_in_plain_words(mailbox: Mailbox) -> None:
    mail = Mail(("ops@example.org",), "Hello", "World")
    found = {}
    for name, server in {
        "refused": MailServer("127.0.0.1", 1, "none", "", "", "hall@example.org"),
        "unknown": MailServer("nowhere.invalid", 25, "none", "", "", "hall@example.org"),
        "no starttls": MailServer(mailbox.host, mailbox.port, "starttls", "", "", "hall@example.org"),
        "no tls": MailServer(mailbox.host, mailbox.port, "tls", "", "", "hall@example.org"),
    }.items():
        with pytest.raises(MailError) as caught:
            await send(server, mail)
        found[name] = caught.value.code
    assert found == {
        "refused": "mail_server_refused",
        "unknown": "mail_server_unknown",
        "no starttls": "mail_not_supported",
        "no tls": "mail_tls_failed",
    }


async def test_a_certificate_of_somebody_else_is_refused(own_certificate: ssl.SSLContext) -> None:
    async with mail_server(tls=own_certificate) as box:
        server = MailServer(box.host, box.port, "starttls", "", "", "hall@example.org")
        with pytest.raises(MailError) as caught:
            await send(server, Mail(("a@b.org",), "x", "y"))
    assert caught.value.code == "mail_tls_failed"
    assert box.messages == []
