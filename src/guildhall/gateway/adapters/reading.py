"""Reading: JSON of callers and of providers, into structs; whatever does not fit becomes the one right error."""

import re
from typing import TypeVar

import msgspec

from guildhall.core.errors import BadRequestError
from guildhall.edge.failures import UpstreamFailure

ABSENT = msgspec.Raw(b"")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_T = TypeVar("_T")

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def request(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
    """A caller's request. Raises `BadRequestError` with the field that is wrong."""
    try:
        return decoder.decode(_text(body))
    except msgspec.ValidationError as misfit:
        raise _wrong(str(misfit)) from None
    except _UNREADABLE:
        raise BadRequestError("invalid_json", "The body is not valid JSON.") from None


def answer(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
    """A provider's answer, or one event of it. Raises `UpstreamFailure`."""
    try:
        return decoder.decode(_text(body))
    except msgspec.ValidationError:
        raise UpstreamFailure("not_json", "The provider's answer did not have the shape that it should have.") from None
    except _UNREADABLE:
        raise UpstreamFailure("not_json", "The provider's answer was not JSON.") from None


def invalid(param: str, problem: str) -> BadRequestError:
    """An error about one field; `problem` follows the field's name in the sentence."""
    return BadRequestError("invalid_field", f"{param} {problem}.", param=param)


def unsupported(param: str) -> BadRequestError:
    """An error about what a provider has no word for."""
    return BadRequestError("unsupported_parameter", f"The model's provider has no word for {param}.", param=param)


def is_given(raw: msgspec.Raw) -> bool:
    """Whether a field that was left unread is there and not null."""
    return bytes(raw) not in {b"", b"null"}


def json_object(text: str) -> msgspec.Raw | None:
    """The text as it stands, if it is a JSON object; nothing at all counts as an empty one."""
    if not text.strip():
        return msgspec.Raw(b"{}")
    try:
        _object.decode(text)
    except _UNREADABLE:
        return None
    return msgspec.Raw(text.encode())


def written(fields: dict[str, msgspec.Raw]) -> str:
    """An object whose values were left unread, as the text that chat completions have for arguments."""
    return msgspec.json.encode(fields).decode()


def _text(body: bytes) -> str:
    """Decoded before it is read: a field that is passed on unread would otherwise keep bytes that are no UTF-8."""
    return body.decode()


def _wrong(words: str) -> BadRequestError:
    problem, _, path = words.partition(" - at `")
    path = path.removeprefix("key in ").strip("$.`")
    missing = _MISSING.match(problem)
    if missing is not None:
        param = f"{path}.{missing[1]}" if path else missing[1]
        return BadRequestError("missing_field", f"You must provide {param}.", param=param)
    if not path:
        return BadRequestError("invalid_json", "The body must be a JSON object.")
    problem = problem.replace("`", "").replace("Expected", "should be").replace("Invalid", "has an invalid")
    return invalid(path, problem)
