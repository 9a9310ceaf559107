"""Files that come with messages: kept as what their bytes are, shown to the model, put where agents can open them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from guildhall.chat import showing
from guildhall.chat.attachment_kinds import kind_of, safe_name
from guildhall.chat.attachment_store import AttachmentStore
from guildhall.chat.tables import AttachmentRow, Message
from guildhall.core.clock import now
from guildhall.core.db import Database
from tests.accounts.visitors import register, visitor
from tests.chat.talk import SESSIONS, begin, ended, messages, say, text_of
from tests.gateway.providers import eventually
from tests.services.product import PASSWORD, Running
from tests.workspaces import desk as desks

ATTACHMENTS = "/api/v1/chat/attachments"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


async def attach(http: httpx.AsyncClient, name: str, content: bytes) -> dict[str, Any]:
    """A new attachment."""
    answer = await http.post(ATTACHMENTS, params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def send(http: httpx.AsyncClient, session_id: str, words: str, *ids: str, **headers: str) -> httpx.Response:
    """What sending a message with these attachments is answered."""
    body = {"text": words, "attachments": list(ids)}
    return await http.post(f"{SESSIONS}/{session_id}/messages", json=body, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    """How a request was refused."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, ("image", "image/png")),
        (b"\xff\xd8\xff\xe0rest", ("image", "image/jpeg")),
        (b"GIF89a...", ("image", "image/gif")),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", ("image", "image/webp")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ("text", "text/plain")),
        (b"<html><script>alert(1)</script>", ("text", "text/plain")),
        ("大厅".encode("gb18030"), ("text", "text/plain")),
        (PDF, ("file", "application/pdf")),
        (b"PK\x03\x04\x00\x00", ("file", "application/octet-stream")),
        (b"", ("text", "text/plain")),
    ],
)
def test_an_attachment_is_what_its_bytes_are(content: bytes, kind: tuple[str, str]) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes.txt", "notes.txt"),
        ("docs/plans/week.md", "docs/plans/week.md"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\fakepath\\photo.png", "C:/fakepath/photo.png"),
        ("/", "file"),
        ("con.txt", "file con.txt"),
        ("repo/.git/config", "repo/_.git/config"),
        ("a\u202egnp.exe", "agnp.exe"),
        (f"{'长' * 300}.png", f"{'长' * 65}.png"),
        (f"{'deep/' * 100}end.txt", f"{'deep/' * 38}end.txt"),
    ],
)
def test_names_are_such_that_a_workspace_can_keep_them(name: str, kept: str) -> None:
    assert safe_name(name) == kept


async def test_a_picture_and_a_text_reach_the_model(member: httpx.AsyncClient, simulated: None) -> None:
    session_id = await begin(member)
    picture, notes = (
        await attach(member, "hall.png", PNG),
        await attach(member, "notes.md", b"The hall has ```three```"),
    )
    assert (picture["kind"], picture["media_type"], picture["is_used"]) == ("image", "image/png", False)
    answer = await send(member, session_id, "What is this?", picture["id"], notes["id"], **{"Idempotency-Key": "one"})
    assert answer.status_code == 202, answer.text
    again = await send(member, session_id, "What is this?", picture["id"], notes["id"], **{"Idempotency-Key": "one"})
    assert again.json()["message"]["id"] == answer.json()["message"]["id"]
    told = text_of(await ended(member, session_id))
    assert "Pictures shown: 1." in told
    assert "notes.md" in told
    asked = (await messages(member, session_id))[0]
    fields = ("name", "kind", "media_type", "size", "path")
    assert [tuple(each[field] for field in fields) for each in asked["attachments"]] == [
        ("hall.png", "image", "image/png", len(PNG), None),
        ("notes.md", "text", "text/plain", 24, None),
    ]
    found = await member.get("/api/v1/chat/search", params={"q": "notes.md"})
    assert session_id in {each["session_id"] for each in found.json()["items"]}
    exported = await member.get(f"{SESSIONS}/{session_id}/export", params={"format": "markdown"})
    assert "Attached: hall.png, notes.md" in exported.text


async def test_a_message_may_be_a_picture_alone(member: httpx.AsyncClient, simulated: None) -> None:
    session_id = await begin(member)
    assert (await send(member, session_id, "", (await attach(member, "hall.png", PNG))["id"])).status_code == 202
    assert "Pictures shown: 1." in text_of(await ended(member, session_id))
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["title"] == "hall.png"
    nothing = await send(member, session_id, "")
    assert code(nothing) == (400, "invalid_request")
    assert "text" in nothing.json()["error"]["message"]


async def test_nothing_of_an_attachment_is_run_in_our_origin(member: httpx.AsyncClient, simulated: None) -> None:
    page = await attach(member, "photo.png", b"<html><script>alert(1)</script>")
    picture = await attach(member, "halls/hall.svg", PNG)
    assert (page["kind"], page["media_type"]) == ("text", "text/plain")
    as_file = await member.get(f"{ATTACHMENTS}/{page['id']}/content")
    assert as_file.headers["content-type"] == "application/octet-stream"
    assert as_file.headers["content-disposition"].startswith('attachment; filename="photo.png"')
    as_picture = await member.get(f"{ATTACHMENTS}/{picture['id']}/content")
    known = {"if-none-match": as_picture.headers["etag"]}
    again = await member.get(f"{ATTACHMENTS}/{picture['id']}/content", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert (as_picture.content, as_picture.headers["content-type"]) == (PNG, "image/png")
    assert as_picture.headers["content-disposition"].startswith('inline; filename="hall.svg"')
    for answer in (as_file, as_picture):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_an_attachment_is_its_owners_and_is_sent_once(
    member: httpx.AsyncClient, other: httpx.AsyncClient, simulated: None
) -> None:
    mine, session_id = await attach(member, "hall.png", PNG), await begin(member)
    place, theirs = f"{ATTACHMENTS}/{mine['id']}", await begin(other)
    for refused in (
        await other.get(place),
        await other.get(f"{place}/content"),
        await other.delete(place),
        await send(other, theirs, "Mine now", mine["id"]),
        await send(member, session_id, "Nobody's", "atm_0"),
    ):
        assert code(refused) == (404, "attachment_not_found")
    assert (await send(member, session_id, "Once", mine["id"], mine["id"])).status_code == 202
    await ended(member, session_id)
    assert code(await send(member, session_id, "Twice", mine["id"])) == (409, "attachment_used")
    assert code(await member.delete(place)) == (409, "attachment_used")
    assert (await member.get(place)).json()["is_used"]
    unsent = f"{ATTACHMENTS}/{(await attach(member, 'unsent.txt', b'x'))['id']}"
    assert (await member.delete(unsent)).status_code == 204
    assert code(await member.get(unsent)) == (404, "attachment_not_found")


@pytest.mark.slow
async def test_limits_are_an_admins(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, server: Running, simulated: None
) -> None:
    before = (await admin.get("/api/v1/configuration/chat")).json()
    limits = {"attachment_megabytes": 1, "attachments_per_message": 2, "attachments_per_person_megabytes": 2048}
    changed = {"value": before["value"] | limits, "revision": before["revision"]}
    answer = await admin.put("/api/v1/configuration/chat", json=changed)
    assert answer.status_code == 200, answer.text
    try:
        told = (await member.get(f"{ATTACHMENTS}/limits")).json()
        assert told == {"most_bytes": 1024 * 1024, "most_files": 2, "most_pictures": 10}
        large = await member.post(ATTACHMENTS, params={"name": "large.txt"}, content=b"x" * (1024 * 1024 + 1))
        assert code(large) == (413, "attachment_too_large")

        async def unannounced() -> Any:
            for _ in range(3):
                yield b"x" * 1024 * 1024

        large = await member.post(ATTACHMENTS, params={"name": "large.txt"}, content=unannounced())
        assert code(large) == (413, "attachment_too_large")
        ids = [(await attach(member, f"{number}.txt", b"x"))["id"] for number in range(3)]
        session_id = await begin(member)
        assert code(await send(member, session_id, "All", *ids)) == (400, "too_many_attachments")
        assert (await send(member, session_id, "Some", *ids[:2])).status_code == 202
        await ended(member, session_id)
    finally:
        after = (await admin.get("/api/v1/configuration/chat")).json()
        again = {"value": before["value"], "revision": after["revision"]}
        assert (await admin.put("/api/v1/configuration/chat", json=again)).status_code == 200
    pictures = [(await attach(member, f"{number}.png", PNG))["id"] for number in range(11)]
    assert code(await send(member, session_id, "Look", *pictures)) == (400, "too_many_pictures")
    me = (await member.get("/api/v1/me")).json()["id"]
    kept = {each.name for each in (server.app.hall.settings.data_dir / "attachments" / me).iterdir()}
    assert not [name for name in kept if name.startswith(".")]


@pytest.mark.slow
async def test_an_edited_question_keeps_of_its_files_what_is_named(member: httpx.AsyncClient, simulated: None) -> None:
    session_id = await begin(member)
    picture, notes, other = [
        (await attach(member, name, content))["id"]
        for name, content in (("hall.png", PNG), ("notes.md", b"three"), ("more.md", b"four"))
    ]
    first = (await send(member, session_id, "Look", picture, notes)).json()["message"]["id"]
    await ended(member, session_id)

    async def edited(**attachments: list[str]) -> list[str]:
        body = {"text": "Look again", "edited_id": first, **attachments}
        answer = await member.post(f"{SESSIONS}/{session_id}/messages", json=body)
        assert answer.status_code == 202, answer.text
        await ended(member, session_id)
        return [each["id"] for each in answer.json()["message"]["attachments"]]

    assert await edited() == [picture, notes]
    assert await edited(attachments=[notes]) == [notes]
    assert "notes.md" in text_of((await messages(member, session_id))[-1])
    assert await edited(attachments=[other, picture]) == [other, picture]
    assert await edited(attachments=[]) == []
    elsewhere = await begin(member)
    theirs = (await send(member, elsewhere, "Hi")).json()["message"]["id"]
    await ended(member, elsewhere)
    body = {"text": "Hi", "edited_id": theirs, "attachments": [picture]}
    refused = await member.post(f"{SESSIONS}/{elsewhere}/messages", json=body)
    assert code(refused) == (409, "attachment_used")


async def test_a_waiting_message_with_pictures_goes_to_no_model_that_sees_none(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, simulated: None
) -> None:
    session_id, picture = await begin(member), (await attach(member, "hall.png", PNG))["id"]
    await send(member, session_id, "Take your time [[endless]] [[slow=40]]")
    queued = (await send(member, session_id, "Look", picture)).json()["queued"]["id"]
    plain = (await send(member, session_id, "Hi")).json()["queued"]["id"]
    at, blind = f"{SESSIONS}/{session_id}/queue", "/api/v1/gateway/models/simulated-reasoner"
    assert (await admin.put(blind, json={"capabilities": ["chat"]})).status_code == 200
    await admin.get("/api/v1/gateway/models")
    try:
        wanted = {"model": "simulated-reasoner"}
        assert code(await member.patch(f"{at}/{queued}", json=wanted)) == (409, "pictures_unseen")
        assert (await member.patch(f"{at}/{plain}", json=wanted)).status_code == 200
    finally:
        assert (await admin.put(blind, json={})).status_code == 200
        await admin.get("/api/v1/gateway/models")
        await member.post(f"{SESSIONS}/{session_id}/stop")
        await ended(member, session_id)


async def test_a_model_that_sees_nothing_is_shown_no_pictures(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, simulated: None
) -> None:
    session_id = await begin(member, "simulated-chat")
    blind = "/api/v1/gateway/models/simulated-chat"
    picture = await attach(member, "hall.png", PNG)
    said = await admin.put(blind, json={"capabilities": ["chat"]})
    assert said.status_code == 200, said.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows
    try:
        assert code(await send(member, session_id, "Look", picture["id"])) == (409, "pictures_unseen")
    finally:
        assert (await admin.put(blind, json={})).status_code == 200
        await admin.get("/api/v1/gateway/models")
    assert (await send(member, session_id, "[[instant]] Look", picture["id"])).status_code == 202
    assert "Pictures shown: 1." in text_of(await ended(member, session_id))


@pytest.mark.slow
async def test_other_files_are_put_where_an_agent_can_open_them(member: httpx.AsyncClient, simulated: None) -> None:
    session_id, report = await begin(member), await attach(member, "papers/report.pdf", PDF)
    assert code(await send(member, session_id, "Read it", report["id"])) == (409, "attachment_needs_workspace")
    desk = await desks.begin(member)
    await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": desk.rpartition("/")[2]})
    long = await attach(member, "long.txt", b"word " * 30_000)
    assert (await send(member, session_id, "Read it", report["id"], long["id"])).status_code == 202
    await ended(member, session_id)
    asked = (await messages(member, session_id))[0]
    assert [each["path"] for each in asked["attachments"]] == ["attachments/papers/report.pdf", "attachments/long.txt"]
    raw = await member.get(f"{desk}/file/raw", params={"path": "attachments/papers/report.pdf"})
    assert raw.content == PDF
    same, another = (
        await attach(member, "papers/report.pdf", PDF),
        await attach(member, "papers/report.pdf", PDF + b"!"),
    )
    assert (await send(member, session_id, "And these", same["id"], another["id"])).status_code == 202
    await ended(member, session_id)
    asked = (await messages(member, session_id))[2]
    paths = [each["path"] for each in asked["attachments"]]
    assert paths == ["attachments/papers/report.pdf", "attachments/papers/report-2.pdf"]


@pytest.mark.slow
async def test_attachments_wait_in_the_queue_and_stay_with_an_edited_question(
    member: httpx.AsyncClient, simulated: None
) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Wait [[endless]] [[slow=50]]")
    picture, unsaid = await attach(member, "hall.png", PNG), await attach(member, "unsaid.png", PNG)
    queued = (await send(member, session_id, "Look", picture["id"])).json()["queued"]
    assert [each["name"] for each in queued["attachments"]] == ["hall.png"]
    dropped = (await send(member, session_id, "Or not", unsaid["id"])).json()["queued"]
    queue = f"{SESSIONS}/{session_id}/queue"
    assert (await member.delete(f"{queue}/{dropped['id']}")).status_code == 204
    assert not (await member.get(f"{ATTACHMENTS}/{unsaid['id']}")).json()["is_used"]
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
    assert (await member.post(f"{queue}/resume")).status_code == 200
    assert "Pictures shown: 1." in text_of(await ended(member, session_id))
    question = (await messages(member, session_id))[-2]
    assert [each["id"] for each in question["attachments"]] == [picture["id"]]
    body = {"text": "Look again", "edited_id": question["id"]}
    edited = await member.post(f"{SESSIONS}/{session_id}/messages", json=body)
    assert [each["id"] for each in edited.json()["message"]["attachments"]] == [picture["id"]]
    assert "Pictures shown: 1." in text_of(await ended(member, session_id))


async def test_the_newest_pictures_and_texts_are_told_as_far_as_there_is_room(tmp_path: Path) -> None:
    store = AttachmentStore(tmp_path)
    (tmp_path / "us_1").mkdir()

    def message(number: int, kind: str, content: bytes, path: str | None = None) -> Message:
        name = f"atm_{number}"
        store.place("us_1", name).write_bytes(content)
        attached = {"id": name, "name": name, "kind": kind, "media_type": "image/png", "size": len(content)}
        return Message(id=f"me_{number}", attachments=[attached | {"path": path}])

    said = [message(number, "image", PNG) for number in range(12)]
    said += [message(12, "text", b"a" * 150_000, "attachments/a"), Message(id="me_13", attachments=None)]
    told = await showing.show(store, "us_1", said, sees_pictures=True)
    assert [len(told[f"me_{number}"].pictures) for number in range(13)] == [0, 0, *[1] * 10, 0]
    assert "not shown any more" in told["me_0"].texts[0]
    assert "50,000 more characters. The whole file lies in the workspace at attachments/a]" in told["me_12"].texts[0]
    assert (told["me_13"].texts, told["me_13"].pictures) == ([], [])
    blind = await showing.show(store, "us_1", said, sees_pictures=False)
    assert not any(each.pictures for each in blind.values())
    store.drop("us_1", ["atm_11"])
    assert "gone" in (await showing.show(store, "us_1", said, sees_pictures=True))["me_11"].texts[0]


@pytest.mark.slow
async def test_contents_go_with_what_they_belong_to(
    server: Running, simulated: None, admin: httpx.AsyncClient, db: Database
) -> None:
    hall = server.app.hall

    async def runs(job: str, *ids: str) -> None:
        await hall.jobs.kinds[job].run(None, *ids)  # type: ignore[arg-type]

    async with visitor(server) as browser:
        user = (await register(browser))["user"]["id"]
        folder = hall.settings.data_dir / "attachments" / user
        sent, unsent, young = [(await attach(browser, "hall.png", PNG))["id"] for _ in range(3)]
        session_id = await begin(browser)
        await send(browser, session_id, "Look", sent)
        await ended(browser, session_id)
        copy = (await browser.get("/api/v1/me/export")).json()
        assert [each["id"] for each in copy["attachments"]] == sorted([sent, unsent, young])
        assert copy["messages"][0]["attachments"] == [sent]
        async with db.write() as session:
            old = update(AttachmentRow).where(AttachmentRow.id.in_([sent, unsent]))
            await session.execute(old.values(created_at=now() - timedelta(days=2)))
        await runs("chat.tidy_attachments")
        assert {each.name for each in folder.iterdir()} == {sent, young}
        await browser.delete(f"{SESSIONS}/{session_id}")
        await runs("chat.purge_session", session_id, now().isoformat())
        assert {each.name for each in folder.iterdir()} == {young}
        assert (await browser.request("DELETE", "/api/v1/me", json={"password": PASSWORD})).status_code == 204

    async def is_gone() -> bool:
        return not folder.exists()

    await eventually(is_gone, seconds=30)
