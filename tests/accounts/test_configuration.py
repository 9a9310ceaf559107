"""Configuration documents: validated, audited, live, with secrets that never come back."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import httpx
import pytest
import pytest_asyncio
from pydantic import Field, SecretStr
from sqlalchemy import select

from guildhall.accounts import configuration
from guildhall.accounts.audit import Actor
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.configuration_transfer import planned
from guildhall.accounts.documents import Document
from guildhall.accounts.policies import AccountsPolicy, Limits
from guildhall.accounts.tables import AuditEntry, ConfigurationDocument
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import BadRequestError, ConflictError
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.accounts.visitors import failure
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


async def _put(http: httpx.AsyncClient, name: str, **changes: Any) -> httpx.Response:
    """Change some fields of a document, as the page for it does."""
    found = (await http.get(f"/api/v1/configuration/{name}")).json()
    body = {"revision": found["revision"], "value": found["value"] | changes}
    return await http.put(f"/api/v1/configuration/{name}", json=body)


async def test_every_document_comes_with_its_form_and_its_defaults(admin: httpx.AsyncClient) -> None:
    found = {document["name"]: document for document in (await admin.get("/api/v1/configuration")).json()}
    assert {"accounts", "announcement", "limits"} <= set(found)
    limits = found["limits"]
    assert limits["defaults"] == Limits().model_dump(mode="json")
    assert limits["schema"]["properties"]["api_calls_per_user"]["description"]


async def test_a_change_is_in_force_when_it_is_answered_and_says_who_made_it(admin: httpx.AsyncClient) -> None:
    answer = await _put(admin, "limits", sockets_per_user=49)
    assert answer.status_code == 200, answer.text
    me = (await admin.get("/api/v1/me")).json()
    again = (await admin.get("/api/v1/configuration/limits")).json()
    assert (again["value"]["sockets_per_user"], again["state"]) == (49, "stored")
    assert (again["changed_by"], again["changed_by_name"]) == (me["id"], me["name"])
    back = await admin.post("/api/v1/configuration/limits/reset", json={"revision": again["revision"]})
    assert back.json()["value"] == back.json()["defaults"]
    assert back.json()["revision"] == again["revision"] + 1


async def test_a_change_is_in_the_audit_log_with_what_was_there_before(admin: httpx.AsyncClient, db: Database) -> None:
    await _put(admin, "limits", subscriptions_per_socket=40)
    await _put(admin, "limits", subscriptions_per_socket=50)
    statement = select(AuditEntry).where(AuditEntry.target == "configuration:limits").order_by(AuditEntry.id.desc())
    async with db.read() as session:
        entry = (await session.scalars(statement)).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after) == (
        "configuration.changed",
        {"subscriptions_per_socket": 40},
        {"subscriptions_per_socket": 50},
    )
    assert (entry.address, entry.actor_id) == ("127.0.0.1", (await admin.get("/api/v1/me")).json()["id"])
    assert entry.request_id is not None


async def test_of_two_admins_who_read_the_same_the_second_is_told(admin: httpx.AsyncClient) -> None:
    found = (await admin.get("/api/v1/configuration/accounts")).json()
    bodies = [
        {"revision": found["revision"], "value": found["value"] | {"wrong_sign_ins_minutes": n}} for n in (14, 16)
    ]
    answers = await asyncio.gather(*(admin.put("/api/v1/configuration/accounts", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {failure(answer)[1] for answer in answers if answer.status_code == 409} == {"configuration_changed"}


@pytest.mark.parametrize(
    "value",
    [
        {"registration": "maybe"},
        {"unknown": 1},
        {"wrong_sign_ins_minutes": 10**30},
        {"wrong_sign_ins_minutes": 1.5},
        {"guests": {"a": []}},
        {"guests": None},
    ],
)
async def test_what_does_not_fit_is_refused_by_field(admin: httpx.AsyncClient, value: dict[str, Any]) -> None:
    found = (await admin.get("/api/v1/configuration/accounts")).json()
    answer = await admin.put(
        "/api/v1/configuration/accounts",
        json={"revision": found["revision"], "value": value},
    )
    assert failure(answer) == (400, "invalid_configuration")
    assert answer.json()["error"]["details"]["fields"][0]["message"]
    assert (await admin.get("/api/v1/configuration/accounts")).json()["revision"] == found["revision"]


async def test_text_that_no_database_holds_is_refused(admin: httpx.AsyncClient) -> None:
    assert failure(await _put(admin, "announcement", text="a\x00b")) == (400, "invalid_configuration")
    assert (await _put(admin, "announcement", text="\\u0000 is how it is written")).status_code == 200
    assert (await _put(admin, "announcement", text="")).status_code == 200


async def test_only_admins_read_or_change_configuration(member: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    body = {"revision": 0, "value": {}}
    for client, expected in ((member, (403, "admin_only")), (http, (401, "not_signed_in"))):
        assert failure(await client.get("/api/v1/configuration")) == expected
        assert failure(await client.get("/api/v1/configuration/limits")) == expected
        assert failure(await client.put("/api/v1/configuration/limits", json=body)) == expected
        assert failure(await client.get("/api/v1/configuration/export")) == expected


async def test_an_unknown_document_is_not_found(admin: httpx.AsyncClient) -> None:
    answer = await admin.put("/api/v1/configuration/nothing", json={"revision": 0, "value": {}})
    assert failure(answer) == (404, "configuration_not_found")
    assert failure(await admin.get("/api/v1/configuration/nothing")) == (404, "configuration_not_found")


async def test_an_export_imported_elsewhere_gives_the_same_configuration(admin: httpx.AsyncClient) -> None:
    await _put(admin, "limits", sockets_per_user=33)
    file = (await admin.get("/api/v1/configuration/export")).json()
    await _put(admin, "limits", sockets_per_user=50)
    plan = (await admin.post("/api/v1/configuration/import?dry_run=true", json=file)).json()
    assert plan["applied"] is False
    assert {each["name"] for each in plan["documents"] if each["outcome"] == "changed"} == {"limits"}
    assert (await admin.get("/api/v1/configuration/limits")).json()["value"]["sockets_per_user"] == 50
    done = await admin.post("/api/v1/configuration/import", json=file)
    assert done.json()["applied"] is True
    assert (await admin.get("/api/v1/configuration/limits")).json()["value"]["sockets_per_user"] == 33
    await _put(admin, "limits", sockets_per_user=50)


@pytest.mark.parametrize(
    "document",
    [
        ("limits", {"version": 1, "value": {"sockets_per_user": -1}}),
        ("limits", {"version": 99, "value": {}}),
        ("nothing", {"version": 1, "value": {}}),
    ],
)
async def test_an_import_with_one_bad_document_changes_nothing(
    admin: httpx.AsyncClient, document: tuple[str, dict[str, Any]]
) -> None:
    file = (await admin.get("/api/v1/configuration/export")).json()
    file["documents"]["accounts"]["value"]["wrong_sign_ins_minutes"] = 77
    file["documents"][document[0]] = document[1]
    before = (await admin.get("/api/v1/configuration")).json()
    plan = (await admin.post("/api/v1/configuration/import?dry_run=true", json=file)).json()
    assert [each["problem"] is not None for each in plan["documents"] if each["outcome"] == "refused"] == [True]
    assert failure(await admin.post("/api/v1/configuration/import", json=file)) == (400, "invalid_configuration")
    assert (await admin.get("/api/v1/configuration")).json() == before


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
