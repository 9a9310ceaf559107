"""What an installation of 0.1 holds: rows of every table that its schema has."""

from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.accounts import keys, passwords
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from tests.chat import talk
from tests.services import product

SECRET = keys.new_secret()
_START = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
_LATER = _START + timedelta(days=900)

Rows = dict[str, list[dict[str, Any]]]


async def content(settings: Settings) -> Rows:
    """Rows of every table, in an order in which they can be stored."""
    digest = await passwords.digest(product.PASSWORD)
    sealed = load_keyring(settings).encrypt("sk-upstream", aad="ch_1")
    return _core() | _accounts(digest) | _gateway(sealed) | _chat()


def as_now(rows: Rows) -> Rows:
    """The same content in the tables of today: a channel's key is a row of its own."""
    moved = ("api_key_sealed", "api_key_last4")
    keys = [
        {
            "id": f"ck{channel['id'][2:]}",
            "channel_id": channel["id"],
            "api_key_sealed": channel["api_key_sealed"],
            "last4": channel["api_key_last4"],
            "position": 0,
        }
        for channel in rows["channels"]
    ]
    channels = [{name: value for name, value in row.items() if name not in moved} for row in rows["channels"]]
    return rows | {"channels": channels, "channel_keys": keys}


def _core() -> Rows:
    seen = {"stream": "chat.session.se_1", "type": "session.changed", "at": _START}
    return {
        "event_streams": [{"name": "chat.session.se_1", "last_seq": 3, "floor_seq": 1}],
        "events": [{"seq": seq, "body": {"n": seq}, **seen} for seq in (2, 3)],
        "executors": [{"id": "old-1", "beat_at": _START}],
    }


def _accounts(digest: str) -> Rows:
    user = {"state": "active", "password_digest": digest, "created_at": _START}
    key = {"id": "key_1", "user_id": "us_1", "name": "Program", "prefix": SECRET[:11], "created_at": _START}
    return {
        "users": [
            {"id": "us_1", "email": "ada@example.org", "name": "Ada 爱达", "role": "admin", **user},
            {"id": "us_2", "email": "mo@example.org", "name": "Mo", "role": "member", **user},
        ],
        "sign_ins": [{"id": "si_1", "user_id": "us_1", "created_at": _START, "expires_at": _LATER}],
        "refresh_tokens": [{"digest": b"\x01" * 32, "sign_in_id": "si_1", "expires_at": _LATER}],
        "api_keys": [key | {"digest": keys.digest(SECRET)}],
    }


def _gateway(sealed: str) -> Rows:
    channel = {"id": "ch_1", "name": "Up", "kind": "simulator", "base_url": "", "private": False, "enabled": True}
    call = {"user_id": "us_1", "key_id": "key_1", "model": "m", "status": 200, "attempts": 1, "estimated": False}
    call |= {"at": 1_767_323_045_678_900, "endpoint": "chat.completions", "stream": True, "address": "127.0.0.1"}
    model = {"channel_id": "ch_1", "name": talk.INSTANT, "upstream_model": talk.INSTANT, "position": 0}
    stamped = {"created_at": _START, "updated_at": _START}
    return {
        "channels": [channel | {"api_key_sealed": sealed, "api_key_last4": "ream", **stamped}],
        "channel_models": [model],
        "calls": [
            call | {"id": f"call_{number}", "total_us": 10, "overhead_us": 1, "input_tokens": number}
            for number in range(50)
        ],
    }


def _chat() -> Rows:
    session = {"user_id": "us_1", "engine": "builtin", "state": "idle", "activity_at": _START}
    session |= {"created_at": _START, "updated_at": _START}
    message = {"session_id": "se_1", "created_at": _START, "status": "complete"}
    part = {"type": "text", "started_at": _START, "ended_at": _START + timedelta(seconds=1), "position": 0}
    turn = {"session_id": "se_1", "question_id": "ms_1", "state": "ended", "stop_requested": False}
    turn |= {"created_at": _START, "ended_at": _START}
    return {
        "chat_sessions": [
            {"id": "se_1", "title": "Über alles 你好", "model": talk.INSTANT, **session},
            {"id": "se_2", "title": "Gone", "deleted_at": _START, **session},
        ],
        "chat_messages": [
            {"id": "ms_1", "position": 0, "role": "user", "idempotency_key": "once", **message},
            {"id": "ms_2", "position": 1, "role": "assistant", "output_tokens": 7, **message},
            {"id": "ms_3", "position": 2, "role": "assistant", **message},
        ],
        "chat_parts": [
            {"id": "pt_1", "message_id": "ms_1", "text": "What is said?", **part},
            {"id": "pt_2", "message_id": "ms_2", "text": "**This** was said. 🎉", **part},
            {"id": "pt_3", "message_id": "ms_3", "text": "And again.", **part},
        ],
        "chat_turns": [turn | {"id": "tu_1", "answer_id": "ms_2"}, turn | {"id": "tu_2", "answer_id": "ms_3"}],
    }
