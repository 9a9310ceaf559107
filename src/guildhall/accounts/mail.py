"""Mail settings: the document that says which server takes the hall's mail."""

from typing import ClassVar

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from guildhall.accounts.configuration import Configuration
from guildhall.accounts.documents import Document
from guildhall.core import mail
from guildhall.core.errors import ConflictError
from guildhall.core.mail import Mail, MailServer, Security


class MailSettings(Document):
    """The mail server (SMTP) that takes invitations, password links and alerts. Without a host no mail is sent."""

    name: ClassVar[str] = "mail"
    title: ClassVar[str] = "Mail"

    host: str = Field("", max_length=253, description="The mail server's name; empty sends no mail.")
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 for STARTTLS, 465 for TLS, 25 for neither.")
    security: Security = Field("starttls", description="How the connection is secured.")
    username: str = Field("", max_length=320, description="The account to sign in with; empty signs in with none.")
    password: SecretStr | None = Field(None, description="The password of that account.")
    sender: str = Field("", max_length=320, validate_default=True, description="The address that mail comes from.")

    @field_validator("host", "username", "sender")
    @classmethod
    def _on_one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must not contain control characters")
        return value

    @field_validator("host")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if any(letter in value for letter in "/@ "):
            raise ValueError("must be a name or an address without http:// and path, such as mail.example.org")
        return value

    @field_validator("sender")
    @classmethod
    def _an_address(cls, value: str, known: ValidationInfo) -> str:
        if not value and known.data.get("host"):
            raise ValueError("must be named together with the mail server")
        if value and ("@" not in value.strip("@") or " " in value):
            raise ValueError("must be an address such as hall@example.org")
        return value

    @property
    def is_set(self) -> bool:
        """Whether mail can be sent."""
        return bool(self.host and self.sender)

    def server(self) -> MailServer:
        """The server to hand mail to."""
        password = self.password.get_secret_value() if self.password else ""
        return MailServer(self.host, self.port, self.security, self.username, password, self.sender)


async def send(configuration: Configuration, message: Mail) -> None:
    """Send a message through the configured server. Raises `ConflictError` (`mail_not_configured`), `MailError`."""
    settings = configuration.current(MailSettings)
    if not settings.is_set:
        raise ConflictError("mail_not_configured", "No mail server is configured: an admin can name one.")
    await mail.send(settings.server(), message)
