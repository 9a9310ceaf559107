"""Documents as they are stored: secrets sealed, older and newer versions read, changes followed by every process."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import pytest
import pytest_asyncio
from pydantic import Field, SecretStr
from sqlalchemy import select

from guildhall.accounts import configuration
from guildhall.accounts.audit import Actor
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.configuration_transfer import planned
from guildhall.accounts.documents import Document
from guildhall.accounts.policies import AccountsPolicy
from guildhall.accounts.tables import AuditEntry, ConfigurationDocument
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import BadRequestError, ConflictError
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.conftest import MakeSettings

ADA = Actor("us_ada", "192.0.2.1")


class Post(Document):
    """A document with a secret."""

    name: ClassVar[str] = "post"
    title: ClassVar[str] = "Post"
    version: ClassVar[int] = 2

    host: str = Field("", max_length=20)
    password: SecretStr = SecretStr("")

    @classmethod
    def upgraded(cls, value: dict[str, Any], version: int) -> dict[str, Any]:
        """The first version called the host `server`."""
        return {"host": value["server"]} if version == 1 else value


class Process:
    """One process of the product, as far as configuration goes."""

    def __init__(self, settings: Settings) -> None:
        self.bus = create_bus(settings)
        self.db = Database(settings, info={"bus": self.bus})
        self.configuration = Configuration(self.db, self.bus, load_keyring(settings), [AccountsPolicy, Post])

    async def start(self) -> None:
        await self.bus.start()
        await self.configuration.start()

    async def stop(self) -> None:
        await self.configuration.stop()
        await self.bus.stop()
        await self.db.close()

    async def find(self, **columns: Any) -> None:
        """Come upon a document that another version of the product has stored."""
        row = {"name": "post", "revision": 1, "secrets": {}, "changed_at": now()} | columns
        async with self.db.write() as session:
            session.add(ConfigurationDocument(**row))
            await events.publish(session, configuration.STREAM, "changed", {})
        await self.configuration.catch_up()

    async def put(self, name: str, value: Mapping[str, Any], revision: int | None = None) -> None:
        async with self.db.write() as session:
            await configuration.change(session, self.configuration, ADA, name, value, revision=revision)
        await self.configuration.catch_up()


@pytest_asyncio.fixture
async def process(make_settings: MakeSettings) -> AsyncIterator[Process]:
    made = Process(make_settings())
    await made.start()
    yield made
    await made.stop()


async def test_a_secret_is_sealed_and_never_given_back(process: Process) -> None:
    await process.put("post", {"host": "a", "password": "swordfish"})
    held = process.configuration.held("post")
    assert process.configuration.current(Post).password.get_secret_value() == "swordfish"
    assert (held.value, held.secrets) == ({"host": "a"}, {"password": True})
    await process.put("post", {"host": "b"})
    assert process.configuration.current(Post).password.get_secret_value() == "swordfish"
    await process.put("post", {"host": "b", "password": "marlin"})
    await process.put("post", {"host": "b", "password": ""})
    assert process.configuration.held("post").secrets == {"password": False}
    async with process.db.read() as session:
        entries = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        stored = (await session.scalars(select(ConfigurationDocument))).one()
    assert [entry.after["password"] for entry in entries if "password" in (entry.after or {})] == [
        "set",
        "set anew",
        "not set",
    ]
    everything = repr([(entry.before, entry.after) for entry in entries]) + repr((stored.value, stored.secrets))
    assert "swordfish" not in everything
    assert "marlin" not in everything


async def test_a_refused_secret_is_not_in_the_error(process: Process) -> None:
    with pytest.raises(BadRequestError) as refused:
        await process.put("post", {"host": "x" * 21, "password": "swordfish"})
    assert "swordfish" not in repr((refused.value.message, refused.value.details))


async def test_a_document_of_a_newer_version_is_kept_and_the_defaults_are_used(process: Process) -> None:
    value = {"host": "h", "colour": "red"}
    await process.find(version=3, revision=7, value=value)
    held = process.configuration.held("post")
    assert (held.state, held.version, held.value) == ("newer", 3, value)
    assert process.configuration.current(Post) == Post()
    with pytest.raises(ConflictError, match="newer version"):
        await process.put("post", {"host": "mine"}, revision=7)
    async with process.db.write() as session:
        await configuration.reset(session, process.configuration, ADA, "post", revision=7)
    await process.configuration.catch_up()
    assert process.configuration.held("post").state == "stored"


async def test_a_document_of_an_older_version_is_read_in_todays_form(process: Process) -> None:
    await process.find(version=1, value={"server": "old"})
    assert process.configuration.current(Post).host == "old"


async def test_an_older_document_that_never_fitted_is_refused_or_the_defaults_are_used(process: Process) -> None:
    plan = planned(process.configuration, {"post": {"version": 1, "value": {"unknown": 1}}})
    assert [(each.outcome, each.problem) for each in plan] == [
        ("refused", "The document post does not fit version 1 of its form.")
    ]
    await process.find(version=1, value={"unknown": 1})
    assert process.configuration.held("post").state == "invalid"


async def test_a_document_that_fits_no_more_is_shown_and_the_defaults_are_used(process: Process) -> None:
    await process.find(version=2, value={"host": ["?"]}, secrets={"password": "v1:none:x"})
    held = process.configuration.held("post")
    assert (held.state, held.value) == ("invalid", {"host": ["?"]})
    assert process.configuration.current(Post) == Post()


async def test_a_secret_that_no_key_opens_stays_until_it_is_set_anew(process: Process) -> None:
    await process.find(version=2, value={"host": "a"}, secrets={"password": "v1:none:x"})
    assert process.configuration.current(Post) == Post(host="a")
    await process.put("post", {"host": "b"})
    assert process.configuration.held("post").secrets == {"password": True}
    async with process.db.read() as session:
        assert (await session.scalars(select(ConfigurationDocument.secrets))).one() == {"password": "v1:none:x"}


async def test_a_change_is_in_force_in_every_process_within_a_second(make_settings: MakeSettings) -> None:
    settings = make_settings()
    here = Process(settings)
    there = Process(settings) if not settings.is_embedded else here  # embedded is one process
    await here.start()
    if there is not here:
        await there.start()
        await asyncio.sleep(0.3)  # until it listens
    slowest = 0.0
    for turn in range(10):
        async with here.db.write() as session:
            await configuration.change(session, here.configuration, ADA, "post", {"host": f"h{turn}"})
        started = time.perf_counter()
        async with asyncio.timeout(5):
            while there.configuration.current(Post).host != f"h{turn}":  # noqa: ASYNC110 - read as readers do
                await asyncio.sleep(0.001)
        slowest = max(slowest, time.perf_counter() - started)
    for process in {here, there}:
        await process.stop()
    assert slowest < 1
