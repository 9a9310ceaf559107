"""Files that come with messages: kept as what their bytes are, shown to the model, put where agents can open them."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.chat.attachment_kinds import kind_of, safe_name
from guildhall.core.db import Database
from tests.chat.scripted import ScriptedEngine, text
from tests.chat.talk import SESSIONS, begin, ended, messages, say, text_of
from tests.services.product import Running

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
    found = await member.get("/api/v1/chat/search", params={"query": "notes.md"})
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
