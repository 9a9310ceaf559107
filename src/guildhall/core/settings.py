"""Settings: what the environment decides at start (`GUILDHALL_*`). What changes while running is configuration."""

import hashlib
import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from guildhall.core.addresses import TrustedProxies


class Settings(BaseSettings):
    """Every setting of the product, with its default; `.env.example` is made from this class."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_", env_file=".env", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(Path("data"), description="Folder for the database, keys and files.")
    database_url: str = Field(
        "", description="postgresql://user:password@host/name; empty means SQLite in the data folder."
    )
    redis_url: SecretStr = Field(
        SecretStr(""), description="redis://host:6379/0; empty means events stay within this process."
    )
    secret_keys: SecretStr = Field(
        SecretStr(""),
        description="Comma-separated keys (32 bytes, base64url): the first encrypts, all decrypt. Empty: one is made"
        " and kept in the data folder.",
    )
    public_url: str = Field("", description="Address people use, such as https://hall.example.org.")
    trusted_proxies: str = Field(
        "",
        description="Comma-separated addresses and networks of proxies whose X-Forwarded-For is believed, such as"
        " 127.0.0.1,10.0.0.0/8.",
    )
    worker: Literal["inline", "external"] = Field(
        "inline", description="inline runs jobs in the server; external leaves them to `guildhall worker`."
    )
    allow_registration: bool = Field(True, description="Whether anyone who reaches the server may register.")
    admin_email: str = Field("", description="With ADMIN_PASSWORD: create this first admin at start.")
    admin_password: SecretStr = Field(SecretStr(""), description="Password of that first admin.")
    oidc_issuer: str = Field("", description="OpenID Connect provider that people may sign in through: its issuer.")
    oidc_client_id: str = Field("", description="What this hall is called there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there; empty for a public client.")
    oidc_name: str = Field("Single sign-on", max_length=60, description="What people call that provider.")
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token that /metrics demands; empty: it answers only this machine and its network.",
    )
    otlp_endpoint: str = Field(
        "",
        description="Where to send traces, such as http://127.0.0.1:4318 (OTLP over HTTP); empty sends none. Needs the"
        " extra `otel`.",
    )
    simulator_url: str = Field(
        "", description="Address of a running `guildhall simulate`; empty starts one when a channel needs it."
    )
    sandbox: Literal["auto", "required", "off"] = Field(
        "auto",
        description="How agents' commands are kept apart. auto: by bubblewrap where it works; elsewhere they are only"
        " limited, and refused to a server that runs as root. required: by bubblewrap or not run. off: only limited.",
    )
    sandbox_paths: str = Field(
        "", description="Comma-separated folders that commands may read beside /usr, such as /opt/node."
    )
    opencode: str = Field(
        "", description="Path of the opencode program; empty looks beside this Python, then on the PATH."
    )
    opencode_processes: int = Field(
        8, ge=0, le=200, description="How many workspaces may use opencode at once; each takes some 600 MB of memory."
    )
    max_body_bytes: int = Field(
        64 * 1024 * 1024, ge=1024, description="Largest request body of the model gateway, in bytes."
    )
    drain_seconds: float = Field(
        30.0, ge=0, description="How long a stopping server waits for answers that are under way."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "sqlite:///")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _known_collector(cls, value: str) -> str:
        found = urlsplit(value)
        if value and not (found.scheme in {"http", "https"} and found.hostname):
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        TrustedProxies(value)
        return value

    @field_validator("sandbox_paths")
    @classmethod
    def _whole_paths(cls, value: str) -> str:
        if not all(Path(name).is_absolute() and name != "/" for name in value.split(",") if name):
            raise ValueError("must be absolute paths, and not /")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        found = urlsplit(value)
        is_here = found.hostname in {"localhost", "127.0.0.1", "::1"}
        if value and not (found.hostname and (found.scheme == "https" or (found.scheme == "http" and is_here))):
            raise ValueError("must be an https:// address (http:// only on this machine)")
        return value

    @model_validator(mode="after")
    def _worker_can_be_reached(self) -> Self:
        if self.worker == "external" and (self.is_embedded or not self.redis_url.get_secret_value()):
            raise ValueError(
                "GUILDHALL_WORKER=external needs GUILDHALL_DATABASE_URL (PostgreSQL) and GUILDHALL_REDIS_URL"
            )
        return self

    @property
    def is_embedded(self) -> bool:
        """SQLite in one process, rather than PostgreSQL under many."""
        return not self.database_url.startswith("postgresql://")

    @property
    def sqlite_path(self) -> Path:
        """The SQLite file of embedded mode."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.data_dir / "guildhall.db"

    @property
    def namespace(self) -> str:
        """Keeps several installations apart on one Redis: the same for all processes on one database."""
        return hashlib.sha256(self.database_url.encode()).hexdigest()[:8]

    @property
    def executor_id(self) -> str:
        """Names this process to the job engine; stable in embedded mode so that a restart finds its own jobs."""
        return "embedded" if self.is_embedded else f"{os.uname().nodename}-{os.getpid()}"
