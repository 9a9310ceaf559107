"""Configuration documents: validated, audited, live, with secrets that never come back."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from guildhall.accounts.documents import Document
from guildhall.accounts.policies import Limits
from guildhall.accounts.tables import AuditEntry
from guildhall.core.db import Database
from guildhall.hall import DOCUMENTS
from tests.accounts.visitors import failure


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


@pytest.mark.parametrize("model", DOCUMENTS)
def test_every_field_of_a_document_has_a_default_and_says_what_it_is_for(model: type[Document]) -> None:
    assert model().model_dump(mode="json").keys() == model.model_fields.keys()
    assert [name for name, field in model.model_fields.items() if not field.description] == []
    assert len({each.name for each in DOCUMENTS}) == len(DOCUMENTS)


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


async def test_a_mail_server_is_named_without_http_and_path(admin: httpx.AsyncClient) -> None:
    answer = await _put(admin, "mail", host="https://mail.example.org/")
    assert failure(answer) == (400, "invalid_configuration")
    (field,) = answer.json()["error"]["details"]["fields"]
    assert field["message"].startswith("must be a name or an address"), "without pydantic's own words before it"
    assert field["field"] == "host"


async def test_a_mail_server_comes_with_a_sender(admin: httpx.AsyncClient) -> None:
    answer = await _put(admin, "mail", host="mail.example.org")
    (field,) = answer.json()["error"]["details"]["fields"]
    assert (answer.status_code, field["field"]) == (400, "sender")


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
