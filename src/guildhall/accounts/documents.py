"""Documents: what one configuration document is, how a stored one is read, and which of its fields are secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from guildhall.accounts.tables import ConfigurationDocument
from guildhall.core.errors import AppError, BadRequestError, words_of
from guildhall.core.secrets import Keyring, UndecryptableError

State = Literal["default", "stored", "newer", "invalid"]
_log = structlog.get_logger("guildhall.configuration")


class Document(BaseModel):
    """Mother of configuration documents. Every field has a default and a description; forms are made from them."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int] = 1

    @classmethod
    def upgraded(cls, value: dict[str, Any], version: int) -> dict[str, Any]:  # noqa: ARG003 - for those that need it
        """`value`, as an older version of this document stored it, in today's form."""
        return {name: kept for name, kept in value.items() if name in cls.model_fields}

    def event(self, revision: int) -> tuple[str, str, dict[str, Any]] | None:  # noqa: ARG002 - as above
        """The event (stream, type, body) that browsers are sent when this has become the current one."""
        return None


Wanted = TypeVar("Wanted", bound=Document)


@dataclass(frozen=True)
class Held:
    """A document as it is held in memory: what is in force, and what is stored."""

    document: Document
    state: State
    revision: int
    value: Mapping[str, Any]
    """Without secrets; what is stored, even where the defaults are in force."""
    secrets: Mapping[str, bool]
    version: int
    changed_at: datetime | None
    changed_by: str | None


def validated(model: type[Wanted], value: Mapping[str, Any]) -> Wanted:
    """`value` as a document. Raises `BadRequestError`, naming every field that is wrong."""
    problems = []
    try:
        document = model.model_validate(dict(value))
        if "\\u0000" not in document.model_dump_json().replace("\\\\", ""):  # no database of ours holds it
            return document
        problems.append({"field": "", "message": "must not contain NUL characters"})
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False)[:20]:
            field = ".".join(str(part) for part in problem["loc"]).encode(errors="replace").decode()[:100]
            problems.append({"field": field, "message": words_of(problem)})
    first = ": ".join(part for part in problems[0].values() if part)
    message = f"The document {model.name} is not valid: {first}."
    raise BadRequestError("invalid_configuration", message, document=model.name, fields=problems)


def in_todays_form(model: type[Document], value: Mapping[str, Any], version: int) -> dict[str, Any]:
    """`value` of this version of the document as today's. Raises `BadRequestError` when it never was one."""
    if version == model.version:
        return dict(value)
    try:
        return model.upgraded(dict(value), version)
    except (KeyError, TypeError, ValueError, AttributeError):
        message = f"The document {model.name} does not fit version {version} of its form."
        raise BadRequestError("invalid_configuration", message, document=model.name) from None


def read(row: ConfigurationDocument, model: type[Document], keyring: Keyring) -> Held:
    """A stored document. Where this version can't use it, the defaults are in force."""
    state: State = "stored"
    document = model()
    if row.version > model.version:
        state = "newer"
    else:
        try:
            value = in_todays_form(model, row.value, row.version)
            document = validated(model, {**value, **_opened(row, keyring)})
        except AppError as error:
            _log.warning("document_invalid", document=row.name, reason=error.message)
            state = "invalid"
    return Held(
        document=document,
        state=state,
        revision=row.revision,
        value=row.value if state != "stored" else document.model_dump(mode="json", exclude=secret_fields(model)),
        secrets={field: field in row.secrets for field in secret_fields(model)},
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def default_of(model: type[Document]) -> Held:
    """A document that nobody has changed."""
    fields = secret_fields(model)
    return Held(
        document=model(),
        state="default",
        revision=0,
        value=model().model_dump(mode="json", exclude=fields),
        secrets=dict.fromkeys(fields, False),
        version=model.version,
        changed_at=None,
        changed_by=None,
    )


def secret_fields(model: type[Document]) -> set[str]:
    """Names of the fields that are never given back: those declared as `SecretStr` or `SecretStr | None`."""
    return {
        name
        for name, field in model.model_fields.items()
        if SecretStr in {field.annotation, *getattr(field.annotation, "__args__", ())}
    }


def aad_of(name: str, field: str) -> str:
    """What a sealed field is tied to."""
    return f"configuration.{name}.{field}"


def _opened(row: ConfigurationDocument, keyring: Keyring) -> dict[str, str]:
    opened = {}
    for field, sealed in row.secrets.items():
        try:
            opened[field] = keyring.decrypt(sealed, aad=aad_of(row.name, field))
        except UndecryptableError:
            _log.error("secret_undecryptable", document=row.name, field=field)
    return opened
