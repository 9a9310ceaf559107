"""Admins made from the command line and from the environment."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from guildhall.accounts import users
from guildhall.accounts.tables import User
from guildhall.core.db import Database
from guildhall.core.errors import BadRequestError, ConflictError
from tests.accounts.visitors import visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import PASSWORD

NAMED = {"admin_email": "Boss@Example.org", "admin_password": SecretStr(PASSWORD)}


@pytest_asyncio.fixture
async def empty(make_settings: MakeSettings) -> AsyncIterator[Database]:
    """The database of a hall that nobody has entered."""
    db = Database(make_settings())
    yield db
    await db.close()


async def _everybody(db: Database) -> list[tuple[str, str]]:
    async with db.read() as session:
        return [(user.email, user.role) for user in await session.scalars(select(User).order_by(User.id))]


async def test_an_admin_can_be_made_at_any_time(empty: Database) -> None:
    await users.create_admin(empty, "First@Example.org", PASSWORD, "First")
    async with empty.write() as session:
        await users.add(session, "member@example.org", "M", "member", None)
    made = await users.create_admin(empty, "second@example.org", PASSWORD, "Second")
    assert (made.role, made.state, made.name) == ("admin", "active", "Second")
    assert await _everybody(empty) == [
        ("first@example.org", "admin"),
        ("member@example.org", "member"),
        ("second@example.org", "admin"),
    ]
    with pytest.raises(ConflictError, match="exists"):
        await users.create_admin(empty, "MEMBER@example.org", PASSWORD, "M")


@pytest.mark.parametrize(
    ("email", "password", "name", "field"),
    [
        ("nobody", PASSWORD, "A", "email"),
        ("a@example.org", "short", "A", "password"),
        ("a@b.c", PASSWORD, "\0", "name"),
    ],
)
async def test_a_bad_admin_is_refused_in_one_sentence(
    empty: Database, email: str, password: str, name: str, field: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await users.create_admin(empty, email, password, name)
    assert refused.value.message.startswith(f"The {field} is not valid: ")
    assert password not in refused.value.message
    assert await _everybody(empty) == []


async def test_the_environment_makes_the_first_admin_only(make_settings: MakeSettings, empty: Database) -> None:
    settings = make_settings(**NAMED)
    await users.ensure_first_admin(empty, make_settings())
    assert await _everybody(empty) == []
    await asyncio.gather(*(users.ensure_first_admin(empty, settings) for _ in range(3)))
    await users.ensure_first_admin(empty, settings)
    assert await _everybody(empty) == [("boss@example.org", "admin")]


async def test_the_environment_never_adds_an_admin_to_a_hall_in_use(
    make_settings: MakeSettings, empty: Database
) -> None:
    await users.create_admin(empty, "first@example.org", PASSWORD, "First")
    await users.ensure_first_admin(empty, make_settings(**NAMED))
    assert await _everybody(empty) == [("first@example.org", "admin")]


async def test_the_admin_of_the_environment_can_sign_in(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings(**NAMED, allow_registration=False)) as server, visitor(server) as browser:
        assert (await browser.get("/api/v1/setup")).json()["needs_admin"] is False
        answer = await browser.post("/api/v1/auth/login", json={"email": "boss@example.org", "password": PASSWORD})
        assert (answer.status_code, answer.json()["user"]["role"]) == (200, "admin")
