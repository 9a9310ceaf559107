"""Tables of accounts: users, their devices and API keys; what was done and by whom; configuration; IP rules."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime

Role = Literal["admin", "member", "guest"]
UserState = Literal["active", "disabled"]
Scope = Literal["models", "read", "write"]
QuotaPeriod = Literal["day", "week", "month", "ever"]
IpRuleKind = Literal["allow", "deny"]


class User(Base):
    """A person with an account. The address is stored normalised, so that unique means whatever its case.

    Guests have no address; those who come by another sign-in may have no password.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(String(16))
    state: Mapped[UserState] = mapped_column(String(16))
    password_digest: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    avatar: Mapped[str | None] = mapped_column(String(16))
    """Names the picture's present form, so that browsers may keep it."""
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def avatar_url(self) -> str | None:
        """Where the picture is; it changes with the picture."""
        return f"/api/v1/users/{self.id}/avatar?v={self.avatar}" if self.avatar else None


class Avatar(Base):
    """A person's picture: small, checked, and free of what cameras add."""

    __tablename__ = "avatars"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    image: Mapped[bytes] = mapped_column(LargeBinary)


class Identity(Base):
    """Who an account is to another house's sign-in."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A link that lets one person register, by its digest."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str | None] = mapped_column(String(320))
    role: Mapped[Role] = mapped_column(String(16))
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[str | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetLink(Base):
    """A link that lets one person choose a new password, once, by its digest."""

    __tablename__ = "reset_links"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(Id)


class SignIn(Base):
    """One sign-in on one device: the family that its refresh tokens belong to and are revoked with."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(100))


class RefreshToken(Base):
    """A refresh token by its digest; `used_at` is when it was rotated, and a later use means that it was stolen."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sign_in_id: Mapped[str] = mapped_column(ForeignKey("sign_ins.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Allowed:
    """Columns that say how much may be asked of models; NULL is no bound."""

    calls_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    parallel_calls: Mapped[int | None]
    quota_nano: Mapped[int | None] = mapped_column(BigInteger)
    """In nano-units of the hall's currency, for each period."""
    quota_tokens: Mapped[int | None] = mapped_column(BigInteger)
    quota_period: Mapped[QuotaPeriod] = mapped_column(String(8))


class ApiKey(Allowed, Base):
    """A program's credential; `prefix` is what may be shown of it.

    After a rotation the former secret works until `former_until`. No allowed address, model or endpoint means that all
    are allowed.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scopes: Mapped[list[Scope]] = mapped_column(Json)
    allowed_addresses: Mapped[list[str]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    former_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, index=True)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    models: Mapped[list[str]] = mapped_column(Json)
    endpoints: Mapped[list[str]] = mapped_column(Json)


class UserLimits(Allowed, Base):
    """How much one person may ask of models, by all keys and pages together, instead of what is usual for the role."""

    __tablename__ = "user_limits"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who did what to what, and from where. Never changed; `actor_id` outlives the account it names."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "actor_id", "at"),
        Index(None, "action", "at"),
        Index(None, "target", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(Id)
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(160))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    request_id: Mapped[str | None] = mapped_column(Id)


class ConfigurationDocument(Base):
    """One document as stored by version `version` of its model; `secrets` holds its secret fields, sealed."""

    __tablename__ = "configuration"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    revision: Mapped[int]
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    secrets: Mapped[dict[str, str]] = mapped_column(Json, info={"sealed": "configuration.{name}.{field}"})
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str | None] = mapped_column(Id)


class IpRule(Base):
    """Who may reach the product at all: a network in its shortest form, which has one rule at most."""

    __tablename__ = "ip_rules"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network: Mapped[str] = mapped_column(String(45), unique=True)
    kind: Mapped[IpRuleKind] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(Id)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hits: Mapped[int] = mapped_column(BigInteger)
    last_hit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IpAttempt(Base):
    """A request that a rule refused; the newest few of each rule are kept."""

    __tablename__ = "ip_attempts"
    __table_args__ = (Index(None, "rule_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    rule_id: Mapped[str] = mapped_column(ForeignKey("ip_rules.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(Text)


class Notification(Base):
    """Something a person should know, kept until they delete it or it is crowded out; `link` is a page of ours."""

    __tablename__ = "user_notifications"  # the job engine has one named notifications
    __table_args__ = (Index(None, "user_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
