"""OpenID Connect: asking another house who somebody is (authorization code with PKCE, state and nonce).

The provider is named by the settings, so it is trusted as far as an answer can be shown to be its own: by its
signature, and by what this browser was sent away with, which waits sealed in a cookie. Loaded only where it is used.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import httpx2
import jwt
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

from guildhall.accounts.oidc import TRIP_SECONDS, Person, Trip
from guildhall.core.errors import ForbiddenError, UpstreamError
from guildhall.core.secrets import Keyring, UndecryptableError
from guildhall.core.settings import Settings

_SCOPE = "openid email profile"
_AAD = "oidc.trip"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_KEPT_SECONDS = 3600.0
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self.name = settings.oidc_name
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret.get_secret_value()
        self._keyring = keyring
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None
        self._reading = asyncio.Lock()

    async def leave(self, redirect_uri: str, *, connect: str | None) -> tuple[str, str]:
        """Where to send a browser, and what to seal into its cookie meanwhile. Raises `UpstreamError`."""
        metadata = await self._read_metadata()
        trip = Trip(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            redirect_uri=redirect_uri,
            connect=connect,
            at=time.time(),
        )
        async with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier
            )
        return address, self._keyring.encrypt(json.dumps(asdict(trip)), aad=_AAD)

    def trip_of(self, cookie: str, state: str) -> Trip:
        """What this browser was sent away with. Raises `ForbiddenError` when it was not, or too long ago."""
        try:
            trip = Trip(**json.loads(self._keyring.decrypt(cookie, aad=_AAD)))
        except (UndecryptableError, ValueError, TypeError):
            raise _lost() from None
        if not secrets.compare_digest(trip.state.encode(), state.encode()) or time.time() - trip.at > TRIP_SECONDS:
            raise _lost()
        return trip

    async def come_back(self, trip: Trip, code: str) -> Person:
        """Who the provider says it was. Raises `UpstreamError`."""
        metadata = await self._read_metadata()
        try:
            async with self._client(trip.redirect_uri) as client:
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=trip.verifier,
                )
                claims = await self._verified(str(token.get("id_token", "")), trip.nonce)
                if "email" not in claims and "userinfo_endpoint" in metadata:
                    answer = await client.get(metadata["userinfo_endpoint"])
                    told = _object(answer)
                    # Told by another channel: only what is about the same person counts.
                    claims = {**told, **claims} if told.get("sub") == claims["sub"] else claims
        except (OAuthError, httpx2.HTTPError, jwt.PyJWTError, KeyError, ValueError) as error:
            raise UpstreamError("oidc_failed", f"{self.name} did not confirm who you are.") from error
        email = claims.get("email")
        return Person(
            issuer=self._issuer,
            subject=str(claims["sub"])[:255],
            email=email if isinstance(email, str) else None,
            is_email_verified=claims.get("email_verified") in (True, "true"),
            name=str(claims.get("name") or claims.get("preferred_username") or ""),
        )

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
            redirect_uri=redirect_uri,
            scope=_SCOPE,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )

    async def _verified(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        key = await self._key_of(jwt.get_unverified_header(id_token).get("kid"))
        claims: Mapping[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=_ALGORITHMS,
            audience=self._client_id,
            issuer=[self._issuer, f"{self._issuer}/"],
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client_id) != self._client_id:
            raise ValueError("the token is for another client")
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ValueError("the token is not an answer to this question")
        return claims

    async def _key_of(self, kid: str | None) -> jwt.PyJWK:
        """The provider's key of this id; read anew when it is not among those known, as keys rotate."""
        for is_last in (False, True):
            keys = (await self._read_keys(anew=is_last)).keys
            found = [key for key in keys if kid is None or key.key_id == kid]
            if found:
                return found[0]
        raise ValueError("the token is signed with an unknown key")

    async def _read_metadata(self) -> Mapping[str, Any]:
        async with self._reading:
            if self._metadata is None or time.monotonic() - self._metadata[0] > _KEPT_SECONDS:
                found = await self._get(f"{self._issuer}/.well-known/openid-configuration")
                if str(found.get("issuer", "")).rstrip("/") != self._issuer or "token_endpoint" not in found:
                    raise UpstreamError("oidc_failed", f"{self.name} does not describe itself as it should.")
                self._metadata = (time.monotonic(), found)
            return self._metadata[1]

    async def _read_keys(self, *, anew: bool) -> jwt.PyJWKSet:
        metadata = await self._read_metadata()
        async with self._reading:
            if anew or self._keys is None or time.monotonic() - self._keys[0] > _KEPT_SECONDS:
                found = await self._get(str(metadata["jwks_uri"]))
                self._keys = (time.monotonic(), jwt.PyJWKSet.from_dict(dict(found)))
            return self._keys[1]

    async def _get(self, address: str) -> Mapping[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
                return _object(await client.get(address))
        except (httpx2.HTTPError, ValueError) as error:
            raise UpstreamError("oidc_unreachable", f"{self.name} does not answer; try again later.") from error


def _object(answer: httpx2.Response) -> Mapping[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the answer's value is wrong, not ours
    return found


def _lost() -> ForbiddenError:
    return ForbiddenError("oidc_state_lost", "This sign-in took too long or began elsewhere; begin again.")
