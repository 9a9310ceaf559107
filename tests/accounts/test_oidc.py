"""Signing in through another house: a real OpenID provider says who it is, the hall decides whom that lets in."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select, update

from guildhall.accounts.tables import AuditEntry, User
from guildhall.core.db import Database
from guildhall.core.settings import Settings
from tests.accounts.visitors import COOKIE, address, failure, register, visitor
from tests.conftest import MakeSettings
from tests.services import openid, product
from tests.services.openid import OpenId
from tests.services.product import PASSWORD, Running

pytestmark = pytest.mark.slow
START = "/api/v1/auth/oidc/sso/start"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenId]:
    with openid.provider(tmp_path_factory.mktemp("openid")) as running:
        yield running


@pytest.fixture
def connected(make_settings: MakeSettings, provider: OpenId) -> Settings:
    """Settings of a fresh hall that people may enter through the provider."""
    return make_settings(
        oidc_issuer=provider.issuer,
        oidc_client_id=provider.client_id,
        oidc_client_secret=SecretStr(provider.client_secret),
        oidc_name="The Other House",
    )


@pytest_asyncio.fixture
async def hall(connected: Settings) -> AsyncIterator[Running]:
    async with product.serving(connected) as running:
        async with visitor(running) as browser:
            await register(browser, email="first@example.org")
        yield running


@pytest_asyncio.fixture
async def rows(connected: Settings) -> AsyncIterator[Database]:
    database = Database(connected)
    yield database
    await database.close()


def _trouble(answer: httpx.Response) -> str:
    """The code that the sign-in page is given."""
    assert answer.status_code == 302
    target = urlsplit(answer.headers["location"])
    assert target.path == "/sign-in", answer.headers["location"]
    return parse_qs(target.query)["error"][0]


async def _me(browser: httpx.AsyncClient) -> dict[str, object]:
    """Who a browser is after it has come back, found as the web app finds it: by its refresh cookie."""
    answer = await browser.post("/api/v1/auth/refresh")
    assert answer.status_code == 200, answer.text
    user: dict[str, object] = answer.json()["user"]
    return user


async def test_a_hall_names_the_provider_to_the_sign_in_page(hall: Running, http: httpx.AsyncClient) -> None:
    async with visitor(hall) as browser:
        assert (await browser.get("/api/v1/setup")).json()["oidc"] == [{"id": "sso", "name": "The Other House"}]
    assert (await http.get("/api/v1/setup")).json()["oidc"] == []
    assert failure(await http.get(START)) == (404, "provider_not_found")


async def test_a_newcomer_gets_an_account_and_finds_it_again(hall: Running, rows: Database) -> None:
    email = address()
    async with visitor(hall) as browser:
        back = await openid.visit(browser, START, person=f"Nora Newcomer|{email}")
        assert (back.status_code, back.headers["location"]) == (302, "/")
        cookie = next(line for line in back.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}="))
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        me = await _me(browser)
        assert (me["email"], me["name"], me["role"]) == (email, "Nora Newcomer", "member")
    async with visitor(hall) as elsewhere:
        await openid.visit(elsewhere, START, person=f"Nora Newcomer|{email}")
        assert (await _me(elsewhere))["id"] == me["id"]
        login = await elsewhere.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
        assert failure(login) == (401, "invalid_credentials")
    async with rows.read() as session:
        statement = select(AuditEntry.action).where(AuditEntry.actor_id == me["id"]).order_by(AuditEntry.id)
        actions = list(await session.scalars(statement))
    assert actions == ["user.registered", "identity.connected", "sign_in.succeeded", "sign_in.succeeded"]


async def test_an_address_that_the_provider_has_not_verified_opens_nothing(hall: Running) -> None:
    async with visitor(hall) as browser:
        for email in (address(), "first@example.org"):
            back = await openid.visit(browser, START, person=f"Mallory|{email}|unverified")
            assert _trouble(back) == "email_not_verified"
            assert COOKIE not in browser.cookies


async def test_an_account_whose_address_is_known_to_be_theirs_is_found_by_it(hall: Running) -> None:
    async with visitor(hall) as browser:
        await openid.visit(browser, START, person="Ada|first@example.org")
        me = await _me(browser)
        assert (me["email"], me["role"]) == ("first@example.org", "admin")


async def test_who_registered_with_somebodys_address_first_does_not_get_their_sign_in(hall: Running) -> None:
    email = address()
    async with visitor(hall) as squatter, visitor(hall) as owner:
        await register(squatter, email=email)
        assert _trouble(await openid.visit(owner, START, person=f"Olga|{email}")) == "account_exists"
        assert COOKIE not in owner.cookies
        # Whoever has the password connects the two, from within.
        back = await openid.visit(squatter, f"{START}?connect=true", person=f"Olga|{email}")
        assert back.headers["location"] == "/settings/security"
    async with visitor(hall) as owner:
        await openid.visit(owner, START, person=f"Olga|{email}")
        assert (await _me(owner))["email"] == email


async def test_connecting_needs_a_sign_in_and_a_person_of_ones_own(hall: Running) -> None:
    async with visitor(hall) as nobody:
        assert _trouble(await nobody.get(f"{START}?connect=true")) == "oidc_state_lost"
    person = f"Paul|{address()}"
    async with visitor(hall) as first, visitor(hall) as second:
        await openid.visit(first, START, person=person)
        await register(second)
        assert _trouble(await openid.visit(second, f"{START}?connect=true", person=person)) == "identity_taken"


async def test_the_registration_policy_holds(connected: Settings) -> None:
    closed = connected.model_copy(update={"allow_registration": False})
    async with product.serving(closed) as server, visitor(server) as admin, visitor(server) as guest:
        await register(admin)
        email = address()
        assert _trouble(await openid.visit(guest, START, person=f"Gina|{email}")) == "invitation_required"
        made = await admin.post("/api/v1/users/invitations", json={"email": email, "role": "admin"})
        assert made.status_code == 201
        await openid.visit(guest, START, person=f"Gina|{email}")
        assert (await _me(guest))["role"] == "admin"
        listed = (await admin.get("/api/v1/users/invitations")).json()["items"]
        assert [each["state"] for each in listed] == ["used"]


async def test_a_disabled_account_stays_out(hall: Running, rows: Database) -> None:
    person = f"Dora|{address()}"
    async with visitor(hall) as browser:
        await openid.visit(browser, START, person=person)
        me = await _me(browser)
        async with rows.write() as session:
            await session.execute(update(User).where(User.id == me["id"]).values(state="disabled"))
        assert _trouble(await openid.visit(browser, START, person=person)) == "account_disabled"


async def test_only_the_browser_that_was_sent_away_may_come_back(hall: Running) -> None:
    async with visitor(hall) as browser, visitor(hall) as other:
        away = await browser.get(START)
        query = parse_qs(urlsplit(away.headers["location"]).query)
        assert query["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(query)
        state = query["state"][0]
        callback = "/api/v1/auth/oidc/sso/callback"
        await other.get(START)
        for who, asked in (
            (other, f"?state={state}&code=x"),
            (browser, "?state=another&code=x"),
            (browser, "?code=x"),
            (browser, ""),
        ):
            assert _trouble(await who.get(callback + asked)) == "oidc_state_lost"
        assert _trouble(await browser.get(f"{callback}?state={state}&error=access_denied")) == "oidc_refused"
        assert _trouble(await browser.get(f"{callback}?state={state}&code=made-up")) == "oidc_failed"
        assert failure(await browser.get("/api/v1/auth/oidc/nobody/start")) == (404, "provider_not_found")


async def test_people_can_look_at_and_undo_what_is_connected(hall: Running, provider: OpenId) -> None:
    async with visitor(hall) as browser:
        body = await register(browser)
        await openid.visit(browser, f"{START}?connect=true", person=f"Ida|{body['user']['email']}")
        assert [each["issuer"] for each in (await browser.get("/api/v1/me/identities")).json()] == [provider.issuer]
        assert (await browser.delete("/api/v1/me/identities")).status_code == 204
        assert (await browser.get("/api/v1/me/identities")).json() == []
    async with visitor(hall) as browser:
        await openid.visit(browser, START, person=f"Ivo|{address()}")
        token = (await browser.post("/api/v1/auth/refresh")).json()["access_token"]
        browser.headers["authorization"] = f"Bearer {token}"
        assert failure(await browser.delete("/api/v1/me/identities")) == (409, "no_password")


async def test_a_provider_that_does_not_answer_is_said_so(make_settings: MakeSettings) -> None:
    settings = make_settings(oidc_issuer="http://127.0.0.1:1", oidc_client_id="guildhall")
    async with product.serving(settings) as server, visitor(server) as browser:
        await register(browser)
        assert _trouble(await browser.get(START)) == "oidc_unreachable"


@pytest.mark.parametrize("issuer", ["http://login.example.org", "ftp://127.0.0.1", "login", "https://"])
def test_a_provider_is_asked_over_tls_only(issuer: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="https"):
        Settings(_env_file=None, data_dir=tmp_path, oidc_issuer=issuer)
