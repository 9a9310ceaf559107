"""An estate: real objects of every kind, made through the product's own routes, that others must not reach."""

import zlib
from dataclasses import dataclass, field
from typing import Any

import httpx

from guildhall.accounts import notifications
from guildhall.chat import permissions, questions, queue_queries
from guildhall.chat import queries as chat_queries
from guildhall.chat.request_tables import PermissionRow
from guildhall.chat.tables import Message, QueuedRow, TurnRow
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.ids import new_id
from guildhall.edge.tables import Call, CallBody
from guildhall.engines.api import PermissionRequest, Question, QuestionItem
from guildhall.gateway import response_queries
from guildhall.operations.alerts.tables import Alert
from guildhall.workspaces.tables import FileVersion
from tests.operations.rows import row_of


@dataclass
class Estate:
    """What fills each place of an address, which streams there are, and words that only the owner may read."""

    filled: dict[str, str] = field(default_factory=dict)
    streams: dict[str, str] = field(default_factory=dict)
    """A stream of the owner's, by the prefix of its kind."""
    marks: list[str] = field(default_factory=list)

    def mark(self, what: str) -> str:
        """A word that occurs nowhere else; to see it is to have seen what it is in."""
        word = f"{what}-{new_id('mark')}".replace("_", "-")
        self.marks.append(word)
        return word


async def made_by(owner: httpx.AsyncClient, admin: httpx.AsyncClient, db: Database) -> Estate:
    """Things of `owner`'s, and things that only admins may touch."""
    estate = Estate()
    me = (await owner.get("/api/v1/me")).json()
    estate.filled["/api/v1/users/{user_id}"] = me["id"]
    estate.streams |= {"user.": f"user.{me['id']}"}
    await _of_a_member(estate, owner, db, me["id"])
    await _of_admins(estate, admin, db)
    return estate


async def _of_a_member(estate: Estate, owner: httpx.AsyncClient, db: Database, user_id: str) -> None:
    filled = estate.filled
    await _made(owner.patch("/api/v1/me", json={"name": estate.mark("name")}))
    devices = (await owner.get("/api/v1/me/sign-ins")).json()
    filled["/api/v1/me/sign-ins/{sign_in_id}"] = devices[0]["id"]
    key = await _made(owner.post("/api/v1/keys", json={"name": estate.mark("key")}))
    filled["/api/v1/keys/{key_id}"] = key["id"]
    filled["/api/v1/users/{user_id}/keys/{key_id}"] = key["id"]
    chat = "/api/v1/chat/sessions"
    session = await _made(owner.post(chat, json={"model": "simulated-instant"}))
    await _made(owner.patch(f"{chat}/{session['id']}", json={"title": estate.mark("title")}))
    filled[f"{chat}/{{session_id}}"] = session["id"]
    await _filed(estate, owner, f"{chat}/{session['id']}")
    rule = {"tool": "bash", "pattern": estate.mark("pattern"), "action": "ask"}
    filled["/api/v1/chat/rules/{rule_id}"] = (await _made(owner.post("/api/v1/chat/rules", json=rule)))["id"]
    prompt = {"title": estate.mark("prompt"), "text": estate.mark("words")}
    filled["/api/v1/chat/prompts/{prompt_id}"] = (await _made(owner.post("/api/v1/chat/prompts", json=prompt)))["id"]
    tools = {"name": "walked", "kind": "http", "url": f"https://example.org/{estate.mark('tools')}"}
    filled["/api/v1/mcp/servers/{server_id}"] = (await _made(owner.post("/api/v1/mcp/servers", json=tools)))["id"]
    share = await _made(owner.post(f"{chat}/{session['id']}/shares", json={}))
    filled["/api/v1/chat/shares/{share_id}"] = share["id"]
    await _attachment(estate, owner)
    estate.streams["chat.session."] = f"chat.session.{session['id']}"
    await _workspace(estate, owner)
    async with db.write() as writing:
        asked = await _waiting(writing, session["id"], estate)
        filled["/api/v1/chat/permissions/{permission_id}"] = asked.id
        filled["/api/v1/chat/questions/{question_id}"] = await _asked(writing, asked, estate)
        filled[f"{chat}/{{session_id}}/queue/{{queued_id}}"] = await _queued(writing, session["id"], estate)
        turn = await chat_queries.turn_by_id(writing, asked.turn_id)
        assert turn is not None
        filled[f"{chat}/{{session_id}}/messages/{{message_id}}"] = turn.answer_id
        await _changed(writing, turn, filled["/api/v1/workspaces/{workspace_id}"])
        row = await notifications.notify(writing, user_id, "test", estate.mark("notification"), "For one alone.")
        filled["/api/v1/notifications/{notification_id}"] = row.id
        said = f'[{{"type":"message","role":"user","content":"{estate.mark("question")}"}}]'
        response = {"id": new_id("resp"), "user_id": user_id, "model": "m", "status": "completed", "created_at": now()}
        body = f'{{"id":"{response["id"]}","object":"response","output":[],"instructions":"{estate.mark("order")}"}}'
        await response_queries.add_responses(writing, [response | {"input": said, "body": body}])
        filled["/v1/responses/{response_id}"] = str(response["id"])
        call = row_of(Call.__table__, 1) | {"id": new_id("call"), "user_id": user_id, "model": estate.mark("model")}  # type: ignore[arg-type]
        await writing.execute(Call.__table__.insert().values(**call))  # type: ignore[attr-defined]
        words = zlib.compress(estate.mark("prompt").encode())
        body = row_of(CallBody.__table__, 1) | {"call_id": call["id"], "request": words, "answer": words}  # type: ignore[arg-type]
        await writing.execute(CallBody.__table__.insert().values(**body))  # type: ignore[attr-defined]
        filled["/api/v1/gateway/calls/{call_id}"] = call["id"]


async def _queued(writing: Session, session_id: str, estate: Estate) -> str:
    """A message that waits to be sent."""
    row = QueuedRow(id=new_id("qu"), session_id=session_id, place=1, text=estate.mark("queued"), model="m")
    row.created_at = now()
    await queue_queries.add(writing, row)
    return row.id


async def _filed(estate: Estate, owner: httpx.AsyncClient, session: str) -> None:
    """The session at this address is in a folder and has a tag."""
    folder = await _made(owner.post("/api/v1/chat/folders", json={"name": estate.mark("folder")}))
    estate.filled["/api/v1/chat/folders/{folder_id}"] = folder["id"]
    estate.marks.append(tag := new_id("tag"))
    await _made(owner.patch(session, json={"folder_id": folder["id"], "tags": [tag]}))


async def _attachment(estate: Estate, owner: httpx.AsyncClient) -> None:
    kind, name = "/api/v1/chat/attachments", {"name": estate.mark("attachment")}
    made = await _made(owner.post(kind, params=name, content=estate.mark("words").encode()))
    estate.filled[f"{kind}/{{attachment_id}}"] = made["id"]


async def _waiting(writing: Session, session_id: str, estate: Estate) -> PermissionRow:
    """A tool call that waits for the owner of a session."""
    row = await chat_queries.session_by_id(writing, session_id)
    assert row is not None
    begun = {"id": new_id("me"), "session_id": session_id, "position": 1, "role": "user", "status": "complete"}
    await chat_queries.add(writing, Message(created_at=now(), **begun))
    turn = {"id": new_id("tu"), "session_id": session_id, "question_id": begun["id"], "answer_id": begun["id"]}
    await chat_queries.add(writing, TurnRow(state="ended", stop_requested=False, created_at=now(), **turn))
    request = PermissionRequest("call_1", "bash", "run", (estate.mark("command"),))
    return await permissions.ask(writing, row, turn["id"], request)


async def _asked(writing: Session, beside: PermissionRow, estate: Estate) -> str:
    """Something that an agent wants to know of the owner, in the same turn."""
    row = await chat_queries.session_by_id(writing, beside.session_id)
    assert row is not None
    question = Question("call_2", (QuestionItem(estate.mark("asked")),))
    return (await questions.ask(writing, row, beside.turn_id, question)).id


async def _changed(writing: Session, turn: TurnRow, workspace_id: str) -> None:
    """The turn has deleted the file that is called `walk`."""
    version = row_of(FileVersion.__table__, 1) | {"id": new_id("fv"), "workspace_id": workspace_id, "path": "walk"}  # type: ignore[arg-type]
    version |= {"etag": None, "is_kept": False, "is_current": False, "is_new": False, "by": "agent", "turn_id": turn.id}
    await writing.execute(FileVersion.__table__.insert().values(**version))  # type: ignore[attr-defined]
    noted = {"workspace_id": workspace_id, "turn_id": turn.id, "files": 1, "state": "made", "at": now().isoformat()}
    await chat_queries.set_message(writing, turn.answer_id, {"changes": noted})


async def _workspace(estate: Estate, owner: httpx.AsyncClient) -> None:
    """Files are called `walk`, as the walkers' queries are."""
    kind = "/api/v1/workspaces/{workspace_id}"
    made = await _made(owner.post("/api/v1/workspaces", json={"name": estate.mark("workspace")}))
    desk = f"/api/v1/workspaces/{made['id']}"
    estate.filled[kind] = made["id"]
    estate.streams["workspace."] = f"workspace.{made['id']}"
    deleted_name = estate.mark("file")
    for name in ("walk", deleted_name):
        words = f"walk {estate.mark('words')}".encode()
        await _made(owner.put(f"{desk}/file", params={"path": name}, content=words))
    versions: Any = await _made(owner.get(f"{desk}/versions", params={"path": "walk"}))
    estate.filled[f"{kind}/versions/{{version_id}}"] = versions["items"][0]["id"]
    deleted: Any = await _made(owner.post(f"{desk}/trash", json={"paths": [deleted_name]}))
    estate.filled[f"{kind}/trash/{{entry_id}}"] = deleted[0]["id"]
    begun = await _made(owner.post(f"{desk}/uploads", json={"path": estate.mark("upload"), "size": 10}))
    estate.filled[f"{kind}/uploads/{{upload_id}}"] = begun["id"]


async def _of_admins(estate: Estate, admin: httpx.AsyncClient, db: Database) -> None:
    filled = estate.filled
    invited = {"email": f"{estate.mark('guest')}@example.org", "expires_in_days": 1}
    invitation = await _made(admin.post("/api/v1/users/invitations", json=invited))
    filled["/api/v1/users/invitations/{invitation_id}"] = invitation["id"]
    rule = {"network": "192.0.2.77", "kind": "deny", "reason": estate.mark("rule")}
    filled["/api/v1/ip-rules/{rule_id}"] = (await _made(admin.post("/api/v1/ip-rules", json=rule)))["id"]
    channel = {
        "name": estate.mark("channel"),
        "kind": "custom",
        "base_url": "http://127.0.0.1:9",
        "private": True,
        "models": [{"name": "walked"}],
        "api_key": "sk-0123456789abcdef",
        "enabled": False,  # nobody answers there: to call its model would be a failure of the provider
    }
    made_channel: Any = await _made(admin.post("/api/v1/gateway/channels", json=channel))
    filled["/api/v1/gateway/channels/{channel_id}"] = made_channel["id"]
    filled["/api/v1/gateway/channels/{channel_id}/keys/{key_id}"] = made_channel["keys"][0]["id"]
    filled["/api/v1/gateway/models/{name}"] = "walked"
    alerts = "/api/v1/operations/alerts"
    metric = (await admin.get(f"{alerts}/metrics")).json()[0]["name"]
    made = await _made(
        admin.post(f"{alerts}/rules", json={"name": estate.mark("alert"), "metric": metric, "threshold": 1})
    )
    filled[f"{alerts}/rules/{{rule_id}}"] = made["id"]
    told = {"kind": "in_app", "name": estate.mark("told"), "target": ""}
    filled[f"{alerts}/channels/{{channel_id}}"] = (await _made(admin.post(f"{alerts}/channels", json=told)))["id"]
    async with db.write() as writing:
        row = row_of(Alert.__table__, 1) | {"id": new_id("al"), "open_as": None, "rule_name": estate.mark("raised")}  # type: ignore[arg-type]
        await writing.execute(Alert.__table__.insert().values(**row | {"state": "resolved"}))  # type: ignore[attr-defined]
    filled[f"{alerts}/{{alert_id}}"] = row["id"]
    job = await _made(admin.post("/api/v1/operations/retention/run"))
    filled["/api/v1/operations/jobs/{job_id}"] = job["job_id"]
    estate.streams |= {"job.": f"job.{job['job_id']}", "operations.alerts": "operations.alerts"}
    filled["/api/v1/configuration/{name}"] = "accounts"
    filled["/api/v1/operations/schedules/{name}"] = "operations.retention"


async def _made(asked: object) -> dict[str, str]:
    answer: httpx.Response = await asked  # type: ignore[misc]
    assert answer.status_code < 300, answer.text
    made: dict[str, str] = answer.json()
    return made
