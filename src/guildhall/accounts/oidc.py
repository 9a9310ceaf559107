"""OpenID Connect: what is known of a sign-in through another house, before and after the browser was there."""

from dataclasses import dataclass

PROVIDER_ID = "sso"
TRIP_SECONDS = 600


@dataclass(frozen=True)
class Trip:
    """What a browser was sent away with, and must come back with; `connect` is the account to connect, if one asked."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    connect: str | None
    at: float


@dataclass(frozen=True)
class Person:
    """Who somebody is to the provider."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    name: str
