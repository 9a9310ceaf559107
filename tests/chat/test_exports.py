"""Exports: a session as a file that shows everything and does nothing."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import httpx
import pytest

from guildhall.chat import exports, markdown
from guildhall.chat.schemas import MessageOut
from tests.chat.talk import INSTANT, SESSIONS, begin, billed, ended, messages, say

pytestmark = pytest.mark.usefixtures("simulated")


async def _export(http: httpx.AsyncClient, session_id: str, **query: str) -> httpx.Response:
    answer = await http.get(f"{SESSIONS}/{session_id}/export", params=query)
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"].startswith("attachment;")
    return answer


@pytest.mark.slow
async def test_a_session_is_exported_whole_as_json(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    for at in range(26):
        await say(member, session_id, f"Question {at} [[say=Answer {at}.]]")
        await ended(member, session_id)
    await billed(member, session_id)
    answer = await _export(member, session_id, format="json")
    document = answer.json()
    assert document["session"]["id"] == session_id
    assert document["session"]["title"].startswith("Question 0")
    assert [one["role"] for one in document["messages"]] == ["user", "assistant"] * 26
    assert document["messages"][-50:] == await messages(member, session_id)
    assert document["messages"][51]["model"] == INSTANT


async def test_markdown_folds_thinking_and_tool_calls(member: httpx.AsyncClient) -> None:
    desk = (await member.post("/api/v1/workspaces", json={"name": "Exported"})).json()["id"]
    content = b"one\n```\n<script>alert(1)</script>\n"
    await member.put(f"/api/v1/workspaces/{desk}/file", params={"path": "a.md"}, content=content)
    body = {"model": INSTANT, "workspace_id": desk, "mode": "full"}
    session_id = (await member.post(SESSIONS, json=body)).json()["id"]
    await say(member, session_id, '[[reason]] [[call=read {"path": "a.md"}]] [[say=All <b>read</b>.]]')
    assert (await ended(member, session_id))["status"] == "complete"
    text = (await _export(member, session_id)).text
    assert text.startswith("# ")
    assert INSTANT in text
    tool = text[text.index("<summary>Tool: read · done") :]
    assert '"path": "a.md"' in tool
    assert "````text\n" in tool  # longer than the fence within
    assert "All &lt;b>read&lt;/b>." in text
    chinese = (await _export(member, session_id, language="zh")).text
    assert "## 您" in chinese
    assert "<summary>工具: read · 完成" in chinese


async def test_the_file_is_named_after_the_session_in_any_language(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await member.patch(f"{SESSIONS}/{session_id}", json={"title": "量子/花园: \u202e<b>"})
    answer = await _export(member, session_id, format="json")
    said = answer.headers["content-disposition"]
    assert unquote(said.split("filename*=UTF-8''")[1]) == "量子 花园 b.json"
    assert re.fullmatch(r'attachment; filename="[ -~]+"; filename\*=UTF-8\'\'[!-~]+', said)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (None, "session.md"),
        ("", "session.md"),
        ("...", "session.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("con", "session con.md"),
        ("LPT1.txt", "session LPT1.txt.md"),
        ("=HYPERLINK(1)", "HYPERLINK(1).md"),
        ("a\nb\tc", "a b c.md"),
        ("é" * 200, "é" * 80 + ".md"),
        ("标" * 100, "标" * 53 + ".md"),
    ],
)
def test_file_names_suit_every_system(title: str | None, name: str) -> None:
    assert exports.file_name(title, "markdown") == name


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a < b and 1<2", "a < b and 1<2"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("use `Vec<T>` here", "use `Vec<T>` here"),
        ("use ``a`<b>`` here <i>", "use ``a`<b>`` here &lt;i>"),
        ("\\`<b>`", "\\`&lt;b>`"),
        ("a ` b\n`<b>` c", "a ` b\n`&lt;b>` c"),
        ("```html\n<b>\n```\n<b>", "```html\n<b>\n```\n&lt;b>"),
        ("```html\n<b>", "```html\n<b>\n```"),
        ("~~~\n```\n<b>\n~~~~\n<b>", "~~~\n```\n<b>\n~~~~\n&lt;b>"),
        ("- a\n\n  ```\n<b>", "- a\n\n  ```\n&lt;b>"),
        ("<!-- hidden", "&lt;!-- hidden"),
        ("x\r<b>", "x\n&lt;b>"),
    ],
)
def test_html_is_text_outside_of_code(text: str, safe: str) -> None:
    assert markdown.safe(text) == safe


def test_an_answer_that_failed_says_why() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    said = MessageOut(
        id="me_1", session_id="se_1", parent_id=None, siblings=["me_1"], role="assistant", kind="said", status="failed",
        parts=[], model="m_1", usage=None, attachments=[], changes=None, error={"code": "x", "message": "<b>No</b>"},
        created_at=moment,
    )  # fmt: skip
    text = markdown.message(said, "en")
    assert text == (
        "\n## Assistant\n\n*2026-01-02 03:04:05 UTC · m\\_1*\n\n> This answer failed. &lt;b&gt;No&lt;/b&gt;\n"
    )


async def test_bad_wishes_and_other_peoples_sessions_are_refused(
    member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    at = f"{SESSIONS}/{session_id}/export"
    for query in ({"format": "pdf"}, {"language": "fr"}):
        answer = await member.get(at, params=query)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    answer = await other.get(at)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "session_not_found")
