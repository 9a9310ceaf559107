"""Affinity: what calls have in common whose beginnings a provider may have read before: the caller's key and the first
system message. Pure.
"""

import hashlib
from typing import Any

import msgspec

from guildhall.edge.call import Call
from guildhall.edge.wire import ABSENT

_SYSTEM_ROLES = ("system", "developer")  # no set: a role may be anything


class _Opening(msgspec.Struct):
    """Where the protocols have system messages."""

    messages: msgspec.Raw = ABSENT
    system: msgspec.Raw = ABSENT
    instructions: msgspec.Raw = ABSENT
    input: msgspec.Raw = ABSENT


class _Message(msgspec.Struct):
    role: Any = None
    content: msgspec.Raw = ABSENT


_opening = msgspec.json.Decoder(_Opening)
_messages = msgspec.json.Decoder(list[_Message])


def of(call: Call) -> bytes:
    """The same 16 bytes for all calls of one key, or person without one, that begin with the same system message."""
    caller = call.caller
    who = "" if caller is None else caller.key_id or caller.user_id
    digest = hashlib.blake2b(who.encode(), digest_size=16)
    digest.update(b"\0")
    digest.update(_system(call.body))
    return digest.digest()


def _system(body: bytes) -> bytes:
    """The first system message, as it was written; nothing where there is none."""
    try:
        opening = _opening.decode(body)
        said = bytes(opening.system) or bytes(opening.instructions)
        if said:
            return said
        messages = bytes(opening.messages) or bytes(opening.input)
        found = _messages.decode(messages) if messages[:1] == b"[" else []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b""
    return next((bytes(message.content) for message in found if message.role in _SYSTEM_ROLES), b"")
