"""An estate: real objects of every kind, made through the product's own routes, that others must not reach."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from guildhall.accounts import notifications
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.operations.alerts.tables import Alert
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
    chat = "/api/v1/chat/sessions"
    session = await _made(owner.post(chat, json={"model": "simulated-instant"}))
    await _made(owner.patch(f"{chat}/{session['id']}", json={"title": estate.mark("title")}))
    filled[f"{chat}/{{session_id}}"] = session["id"]
    estate.streams["chat.session."] = f"chat.session.{session['id']}"
    async with db.write() as writing:
        row = await notifications.notify(writing, user_id, "test", estate.mark("notification"), "For one alone.")
        filled["/api/v1/notifications/{notification_id}"] = row.id


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
