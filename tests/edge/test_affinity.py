"""What calls have in common: the caller's key and the first system message, in each of the protocols."""

from typing import Any

import orjson
import pytest

from guildhall.edge import affinity
from guildhall.edge.call import Call, Caller
from guildhall.edge.endpoints import CHAT


def of(body: bytes | dict[str, Any], key: str | None = "key_1", user: str = "us_1") -> bytes:
    call = Call(CHAT)
    call.caller = Caller(user, key)
    call.body = body if isinstance(body, bytes) else orjson.dumps(body)
    return affinity.of(call)


def chat(*said: tuple[str, str]) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": role, "content": text} for role, text in said]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (chat(("system", "Be brief."), ("user", "Hi")), chat(("system", "Be brief."), ("user", "Ho"), ("user", "Hm"))),
        (chat(("user", "Hi"), ("developer", "Be brief.")), chat(("developer", "Be brief."), ("system", "Be kind."))),
        (chat(("user", "Hi")), chat(("user", "Ho"))),
        ({"system": "Be brief.", "messages": []}, {"system": "Be brief.", "messages": [{"role": "user"}]}),
        ({"instructions": "Be brief.", "input": "Hi"}, {"instructions": "Be brief.", "input": []}),
        ({"input": [{"role": "system", "content": "A"}, {}]}, {"input": [{"role": "system", "content": "A"}]}),
    ],
)
def test_calls_of_a_key_that_begin_with_the_same_system_message_are_alike(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert of(one) == of(other)
    assert of(one) != of(one, key="key_2")


def test_another_system_message_or_caller_is_another_thing() -> None:
    bodies = [chat(("system", "A")), chat(("system", "B")), chat(("user", "A")), {"system": "C"}, {"instructions": "D"}]
    assert len({of(body) for body in bodies}) == len(bodies)
    assert of(b"", key=None, user="us_1") != of(b"", key=None, user="us_2")
    assert of(b"", key="key_1", user="us_1") == of(b"", key="key_1", user="us_2")


@pytest.mark.parametrize(
    "odd",
    [
        b"", b"[]", b"{", b'{"messages": 1}', b'{"messages": [1]}', b'{"messages": [{"role": {}}]}', b'{"input": "x"}',
        b'{"messages":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"messages": [{"role": "system"}]}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_whatever_the_body_holds_the_key_counts(odd: bytes) -> None:
    assert of(odd) == of(b"")
