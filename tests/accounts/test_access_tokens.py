"""Access tokens: only ours, only in time, only for accounts that exist."""

import base64
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.accounts.tables import User
from guildhall.accounts.tokens import AccessTokens
from guildhall.core.clock import now
from guildhall.core.errors import UnauthorizedError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring, load_keyring
from guildhall.core.settings import Settings
from tests.accounts.visitors import failure, register, visitor
from tests.services.product import Running

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


def _user(role: Any = "member") -> User:
    return User(id=new_id("us"), email="ada@example.org", name="Ada", role=role, state="active", created_at=now())


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _signed(keyring: Keyring, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token as the hall makes it, but for `changes`; what is None is left out."""
    kid, key = keyring.derive("access-token")[0]
    moment = int(now().timestamp())
    parts = (
        {"alg": "HS256", "typ": "JWT", "kid": kid} | (header or {}),
        {"sub": "us_1", "role": "admin", "sid": "si_1", "iat": moment, "exp": moment + 900} | changes,
    )
    whole = [{name: value for name, value in part.items() if value is not None} for part in parts]
    text = ".".join(_part(json.dumps(part, default=datetime.timestamp).encode()) for part in whole)
    return f"{text}.{_part(hmac.digest(key, text.encode(), 'sha256'))}"


def _refusal(tokens: AccessTokens, token: str) -> str:
    with pytest.raises(UnauthorizedError) as refused:
        tokens.verify(token)
    return refused.value.code


def test_a_token_says_who_and_which_role() -> None:
    tokens, user = AccessTokens(Keyring((NEW,))), _user("admin")
    token = tokens.issue(user, "si_1")
    claims = tokens.verify(token)
    assert (claims.user_id, claims.role, claims.sign_in_id) == (user.id, "admin", "si_1")
    content = jwt.decode(token, options={"verify_signature": False})
    assert set(content) == {"sub", "role", "sid", "iat", "exp"}
    assert content["exp"] - content["iat"] == 900


def test_every_key_of_the_ring_verifies_and_the_newest_signs() -> None:
    before, after, later = (AccessTokens(Keyring(keys)) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    old_token = before.issue(_user(), "si_1")
    assert after.verify(old_token).role == "member"
    assert _refusal(before, after.issue(_user(), "si_1")) == "not_signed_in"
    assert _refusal(later, old_token) == "not_signed_in"


BAD: dict[str, dict[str, Any]] = {
    "unsigned": {"header": {"alg": "none"}},
    "another algorithm": {"header": {"alg": "HS512"}},
    "an unheard algorithm": {"header": {"alg": "nOnE"}},
    "a list as algorithm": {"header": {"alg": ["HS256"]}},
    "no algorithm": {"header": {"alg": None}},
    "another key's id": {"header": {"kid": "other"}},
    "no key id": {"header": {"kid": None}},
    "a list as key id": {"header": {"kid": ["new"]}},
    "a key of its own": {"header": {"jwk": {"kty": "oct", "k": "AAAA"}, "kid": "x"}},
    "demands we do not know": {"header": {"crit": ["b64"], "b64": False}},
    "nobody": {"sub": None},
    "a number as somebody": {"sub": 5},
    "an unknown role": {"role": "owner"},
    "a list as role": {"role": ["admin"]},
    "no role": {"role": None},
    "no sign-in": {"sid": None},
    "a number as a sign-in": {"sid": 5},
    "no end": {"exp": None},
    "an end that is text": {"exp": "never"},
    "an endless end": {"exp": float("inf")},
    "no beginning": {"iat": None},
    "a beginning in the future": {"iat": now() + timedelta(hours=1)},
    "not yet": {"nbf": now() + timedelta(hours=1)},
}


def test_the_forgery_of_these_tests_is_accepted_when_nothing_is_wrong() -> None:
    ring = Keyring((NEW,))
    claims = AccessTokens(ring).verify(_signed(ring))
    assert (claims.user_id, claims.role, claims.sign_in_id) == ("us_1", "admin", "si_1")


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_tokens_we_did_not_make_are_refused(changes: dict[str, Any]) -> None:
    ring = Keyring((NEW,))
    token = _signed(ring, **changes)
    assert _refusal(AccessTokens(ring), token) == "not_signed_in"
    unsigned = token.rpartition(".")[0] + "."
    assert _refusal(AccessTokens(ring), unsigned) == "not_signed_in"


def test_an_expired_token_says_so() -> None:
    ring = Keyring((NEW,))
    token = _signed(ring, iat=now() - timedelta(hours=1), exp=now() - timedelta(seconds=11))
    assert _refusal(AccessTokens(ring), token) == "token_expired"


@given(st.integers(min_value=0, max_value=10_000), st.text(max_size=3))
def test_a_changed_token_is_refused(position: int, replacement: str) -> None:
    ring = Keyring((NEW,))
    token = _signed(ring)
    at = position % len(token)
    changed = token[:at] + replacement + token[at + 1 :]
    # The last character of base 64 carries bits that decoding drops.
    if changed[:-1] != token[:-1]:
        assert _refusal(AccessTokens(ring), changed) in {"not_signed_in", "token_expired"}


@given(st.text())
def test_no_text_makes_verifying_fail_otherwise(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}", _signed(Keyring((NEW,))) + text):
        if token != _signed(Keyring((NEW,))):
            with pytest.raises(UnauthorizedError):
                AccessTokens(Keyring((OLD,))).verify(token)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Basic YTpi",
        "Bearer a.b.c",
        "bearer bearer",
        "Bearer " + "x" * 9000,
    ],
)
async def test_whoever_is_not_known_is_not_signed_in(http: httpx.AsyncClient, header: str) -> None:
    for method, path in (("GET", "/me"), ("GET", "/keys"), ("POST", "/keys"), ("DELETE", "/keys/key_1")):
        answer = await http.request(method, f"/api/v1{path}", headers={"authorization": header})
        assert failure(answer) == (401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert failure(await http.get("/api/v1/me")) == (401, "not_signed_in")


async def test_an_expired_token_asks_for_a_refresh(
    server: Running, settings: Settings, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        past = {"iat": now() - timedelta(hours=1), "exp": now() - timedelta(minutes=45)}
        token = _signed(load_keyring(settings), sub=user["id"], **past)
        answer = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert failure(answer) == (401, "token_expired")


async def test_the_role_is_the_accounts_not_the_tokens(
    server: Running, settings: Settings, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        body = await register(browser)
        sid = jwt.decode(body["access_token"], options={"verify_signature": False})["sid"]
        token = _signed(load_keyring(settings), sub=body["user"]["id"], sid=sid, role="admin")
        answer = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert answer.json()["role"] == "member"


@pytest.mark.parametrize("sid", ["si_1", ""])
async def test_a_token_of_no_sign_in_is_not_signed_in(
    server: Running, settings: Settings, admin: httpx.AsyncClient, sid: str
) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        token = _signed(load_keyring(settings), sub=user["id"], sid=sid)
        answer = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert failure(answer) == (401, "not_signed_in")


async def test_a_token_of_nobody_is_not_signed_in(http: httpx.AsyncClient, settings: Settings) -> None:
    token = _signed(load_keyring(settings), sub=new_id("us"))
    answer = await http.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
    assert failure(answer) == (401, "not_signed_in")
