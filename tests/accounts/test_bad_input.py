"""Bad input: one clear 400 in the one shape, and nothing secret in logs or answers."""

import json
import logging
from typing import Any

import httpx
import pytest
import structlog

from guildhall.accounts.tables import ApiKey, User
from guildhall.core.db import Database
from tests.accounts.visitors import COOKIE, failure, register, registration, visitor
from tests.services.product import PASSWORD, Running

pytestmark = pytest.mark.slow  # every route with everything wrong about it takes a while

REGISTER = "/api/v1/auth/register"
FIELDS = [
    (REGISTER, "email"),
    (REGISTER, "password"),
    (REGISTER, "name"),
    ("/api/v1/auth/login", "email"),
    ("/api/v1/auth/login", "password"),
    ("/api/v1/keys", "name"),
]


def _body(path: str, **changes: Any) -> dict[str, Any]:
    whole = registration()
    wanted = {"login": ["email", "password"], "keys": ["name"]}.get(path.rsplit("/", 1)[1], list(whole))
    return {name: whole[name] for name in wanted} | changes


@pytest.mark.parametrize(("path", "field"), FIELDS)
@pytest.mark.parametrize(
    "value",
    ["nul\x00@example.org", "line\nbreak@example.org", "a\u2028b@example.org", "x" * 20_000, None, 5, [], {}, True],
)
async def test_text_that_cannot_be_is_refused(member: httpx.AsyncClient, path: str, field: str, value: Any) -> None:
    answer = await member.post(path, json=_body(path, **{field: value}))
    assert failure(answer) == (400, "invalid_request")
    assert [problem["field"] for problem in answer.json()["error"]["details"]["fields"]] == [field]


@pytest.mark.parametrize(("path", "field"), FIELDS)
async def test_half_of_a_surrogate_pair_is_refused(member: httpx.AsyncClient, path: str, field: str) -> None:
    body = json.dumps(_body(path, **{field: "half\ud83d of a pair@example.org"}))
    answer = await member.post(path, content=body, headers={"content-type": "application/json"})
    assert failure(answer) == (400, "invalid_request")


@pytest.mark.parametrize("path", sorted({path for path, _ in FIELDS}))
async def test_unknown_and_missing_fields_are_refused(member: httpx.AsyncClient, path: str) -> None:
    for extra in ("role", "", "é", "\x00", "__class__"):
        answer = await member.post(path, json=_body(path, **{extra: "admin"}))
        assert failure(answer) == (400, "invalid_request")
        assert answer.json()["error"]["details"]["fields"][0]["field"] == extra
    for field in _body(path):
        incomplete = _body(path)
        del incomplete[field]
        assert failure(await member.post(path, json=incomplete)) == (400, "invalid_request")


@pytest.mark.parametrize("path", sorted({path for path, _ in FIELDS}))
async def test_an_unknown_field_named_by_half_a_pair_is_refused(member: httpx.AsyncClient, path: str) -> None:
    body = json.dumps(_body(path, **{"\ud800": 1}))
    answer = await member.post(path, content=body, headers={"content-type": "application/json"})
    assert failure(answer) == (400, "invalid_request")


@pytest.mark.parametrize("path", sorted({path for path, _ in FIELDS}))
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"name": \x00}',
        b"[" * 50_000,
        b'{"name": ' + b"9" * 9000,
        b"NaN",
    ],
)
async def test_broken_json_is_refused(member: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await member.post(path, content=body, headers={"content-type": "application/json"})
    status, code = failure(answer)
    assert status == 400
    assert code in {"invalid_json", "invalid_request"}


@pytest.mark.parametrize(("path", "field"), FIELDS)
async def test_ten_megabytes_are_too_much(member: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await member.post(path, json=_body(path, **{field: "x" * 10_000_000}))
    assert failure(answer) == (413, "request_too_large")


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@example.org",
        "a@exa mple.org",
        "a@-example.org",
        "a@.org",
        "a@example..org",
        "a@[127.0.0.1]",
        "a\u200b@example.org",
        "a\u202e@example.org",
        '"a\\"@example.org',
        "a" * 65 + "@example.org",
        "a@" + "b" * 260,
    ],
)
async def test_what_is_no_address_is_refused(http: httpx.AsyncClient, email: str) -> None:
    for path in (REGISTER, "/api/v1/auth/login"):
        answer = await http.post(path, json=_body(path, email=email))
        assert failure(answer) == (400, "invalid_request")


@pytest.mark.parametrize("password", ["", "short", "1234567", "x" * 257])
async def test_a_password_has_8_to_256_characters(http: httpx.AsyncClient, password: str) -> None:
    answer = await http.post(REGISTER, json=registration(password=password))
    assert failure(answer) == (400, "invalid_request")
    assert "characters" in answer.json()["error"]["details"]["fields"][0]["message"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
async def test_a_name_has_1_to_100_characters(member: httpx.AsyncClient, name: str) -> None:
    assert failure(await member.post(REGISTER, json=registration(name=name))) == (400, "invalid_request")
    refused = await member.post("/api/v1/keys", json={"name": name})
    assert failure(refused) == (400, "invalid_request")
    limit = "at most 100 characters" if name.strip() else "at least 1 character"
    assert refused.json()["error"]["message"] == f"The request is not valid: name: String should have {limit}."


@pytest.mark.parametrize(
    "text",
    [
        "密码密码密码密码",
        "🧑‍🚀" * 8,
        "שלום עולם",
        "e\u0301" * 20,
        "\ufeffx" * 8,
        "\U0010ffff" * 9,
        "\u0958" * 100,
    ],
)
async def test_every_script_is_welcome(http: httpx.AsyncClient, text: str) -> None:
    body = registration(name=text, password=text)
    made = await http.post(REGISTER, json=body)
    assert made.status_code == 201
    login = await http.post("/api/v1/auth/login", json={"email": body["email"], "password": text})
    assert (login.status_code, login.json()["user"]["name"]) == (200, made.json()["user"]["name"])


async def test_a_password_may_turn_the_direction_of_its_text(http: httpx.AsyncClient) -> None:
    body = registration(password="x\u202ey" * 8)
    assert (await http.post(REGISTER, json=body)).status_code == 201


async def test_nothing_secret_is_logged_or_answered(
    server: Running, db: Database, admin: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    caplog.set_level(logging.INFO)
    with structlog.testing.capture_logs() as logs:
        async with visitor(server) as browser:
            body = await register(browser)
            secrets = [PASSWORD, body["access_token"], browser.cookies[COOKIE]]
            login = {"email": body["user"]["email"], "password": PASSWORD}
            heard += [(await browser.post(path, json=login | extra)).text for path, extra in _ATTEMPTS]
            secrets.append(browser.cookies[COOKIE])
            heard.append((await browser.post("/api/v1/auth/refresh", headers={"origin": "https://evil.example"})).text)
            key = (await browser.post("/api/v1/keys", json={"name": "k"})).json()
            secrets.append(key["key"])
            heard.append((await browser.get("/api/v1/keys")).text)
            heard.append((await browser.get("/api/v1/me", headers={"authorization": f"Bearer {key['key']}"})).text)
            heard.append((await browser.post("/api/v1/auth/logout")).text)
            heard.append(
                (await browser.post("/api/v1/auth/refresh", headers={"cookie": f"{COOKIE}={secrets[2]}"})).text
            )
    async with db.read() as session:
        secrets.append((await session.get_one(User, body["user"]["id"])).password_digest)
        secrets.append((await session.get_one(ApiKey, key["id"])).digest.hex())
    everything = "\n".join([*heard, *(str(line) for line in logs), caplog.text])
    assert {"signed_in", "account_created", "sign_in_refused"} <= {line["event"] for line in logs}
    assert [secret for secret in secrets if secret in everything] == []


_ATTEMPTS: list[tuple[str, dict[str, Any]]] = [
    ("/api/v1/auth/login", {"password": "wrong " + PASSWORD[:4]}),
    ("/api/v1/auth/login", {"email": "no address"}),
    (REGISTER, {"name": "Twice"}),
    (REGISTER, {"name": "\x00"}),
]


def test_a_failing_statement_does_not_tell_its_values(db: Database) -> None:
    assert db.writer.sync_engine.hide_parameters
    assert db.reader.sync_engine.hide_parameters
