"""Mail: one message over SMTP, to the server that the admin configured; every failure in plain words."""

import asyncio
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Literal

from guildhall.core.clock import now
from guildhall.core.errors import UpstreamError

Security = Literal["none", "starttls", "tls"]
_TIMEOUT_SECONDS = 15.0


class MailError(UpstreamError):
    """The mail server did not take a message. `is_final`: trying again would not help."""

    def __init__(self, code: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(code, message)
        self.is_final = is_final


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


@dataclass(frozen=True)
class Mail:
    """A message in plain text."""

    to: tuple[str, ...]
    subject: str
    text: str


async def send(server: MailServer, mail: Mail) -> None:
    """Hand a message over. Raises `MailError`."""
    message = _composed(server, mail)
    await asyncio.to_thread(_send, server, message)


def _composed(server: MailServer, mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = server.sender
        message["To"] = ", ".join(mail.to)
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(now())
        message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2].strip("> ") or "localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
    except (ValueError, IndexError):
        raise MailError("mail_address_refused", "An address of this message is not valid.", is_final=True) from None
    return message


def _send(server: MailServer, message: EmailMessage) -> None:
    try:
        with _connected(server) as smtp:
            if server.username:
                smtp.login(server.username, server.password)
            smtp.send_message(message)
    except MailError:
        raise
    except (smtplib.SMTPException, OSError) as error:
        raise _in_words(error) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    smtp = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    if server.security == "starttls":
        try:
            smtp.starttls(context=ssl.create_default_context())
        except BaseException:
            smtp.close()
            raise
    return smtp


def _in_words(error: Exception) -> MailError:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailError("mail_sign_in_refused", "The mail server refused the user name or password.")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        final = all(code >= 500 for code in codes)
        return MailError("mail_address_refused", "The mail server refused the recipient.", is_final=final)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return MailError("mail_address_refused", "The mail server refused the sender's address.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailError(
            "mail_not_supported",
            "The mail server does not offer what this needs: STARTTLS, signing in, or addresses with other letters.",
        )
    if isinstance(error, ssl.SSLError):
        return MailError("mail_tls_failed", "No secure connection: the mail server's certificate or port does not fit.")
    if isinstance(error, socket.gaierror):
        return MailError("mail_server_unknown", "The mail server's host name could not be found.")
    if isinstance(error, ConnectionRefusedError):
        return MailError("mail_server_refused", "Nothing answers at the mail server's address and port.")
    if isinstance(error, TimeoutError):
        return MailError("mail_timeout", "The mail server did not answer in time.")
    if isinstance(error, smtplib.SMTPResponseException):
        return MailError("mail_refused", f"The mail server refused the message ({error.smtp_code}).")
    return MailError("mail_failed", "The mail server closed the connection before it had taken the message.")
