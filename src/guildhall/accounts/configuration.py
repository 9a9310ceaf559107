"""Configuration: typed documents that admins change while the hall runs, in force on every process within a second.

A document is a subclass of `Document`, handed in by `app.py`; `current` reads it from memory. Its secret fields
(`SecretStr`) are sealed with the keyring and never given back. What a newer version of the product stored is kept and
shown, and the defaults are used meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from guildhall.accounts import audit
from guildhall.accounts import configuration_queries as queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.documents import Document, Held, Wanted, aad_of, default_of, read, secret_fields, validated
from guildhall.accounts.tables import ConfigurationDocument
from guildhall.core import events
from guildhall.core.bus import Bus
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Database, Session
from guildhall.core.errors import ConflictError, NotFoundError
from guildhall.core.live import Live
from guildhall.core.secrets import Keyring

STREAM = "accounts.configuration"
_log = structlog.get_logger("guildhall.configuration")


class Configuration:
    """The documents in force, kept current."""

    def __init__(self, db: Database, bus: Bus, keyring: Keyring, models: Iterable[type[Document]]) -> None:
        self.models = {model.name: model for model in models}
        self.keyring = keyring
        self._held = {name: default_of(model) for name, model in self.models.items()}
        self._live = Live(db, bus, STREAM, self._load)
        self._told: list[Callable[[], None]] = []
        self.start, self.stop, self.catch_up = self._live.start, self._live.stop, self._live.catch_up

    def current(self, model: type[Wanted]) -> Wanted:
        """The document of this kind that is in force now."""
        document = self._held[model.name].document
        assert isinstance(document, model)  # noqa: S101 - names are unique
        return document

    def tell(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever documents have been read: for what is made of one and cannot look each time."""
        self._told.append(changed)

    def held(self, name: str) -> Held:
        """A document with all that is known about it. Raises `NotFoundError`."""
        self.model_of(name)
        return self._held[name]

    def model_of(self, name: str) -> type[Document]:
        """The kind of document of this name. Raises `NotFoundError`."""
        if name not in self.models:
            raise NotFoundError("configuration_not_found", "There is no configuration document of this name.")
        return self.models[name]

    async def _load(self, session: Session) -> None:
        stored = {row.name: row for row in await queries.documents(session)}
        self._held = {
            name: read(stored[name], model, self.keyring) if name in stored else default_of(model)
            for name, model in self.models.items()
        }
        for name, held in self._held.items():
            if held.state in {"newer", "invalid"}:
                _log.warning("defaults_in_force", document=name, why=held.state, stored_version=held.version)
        for changed in self._told:
            changed()


@dataclass(frozen=True)
class Change:
    """What a document was and becomes; `untouched` are sealed secrets that stay, even where they do not open."""

    row: ConfigurationDocument | None
    held: Held
    document: Document
    untouched: Mapping[str, str]

    def sealed(self, keyring: Keyring) -> dict[str, str]:
        """The secrets to store."""
        given = {field: getattr(self.document, field) for field in secret_fields(type(self.document))}
        new = {
            field: secret.get_secret_value()
            for field, secret in given.items()
            if field not in self.untouched and secret
        }
        name = self.document.name
        return dict(self.untouched) | {
            field: keyring.encrypt(text, aad=aad_of(name, field)) for field, text in new.items() if text
        }

    def in_words(self, field: str, sealed: Mapping[str, str]) -> str:
        """What the audit log says of a secret."""
        is_new = field in sealed and field not in self.untouched and self.held.secrets[field]
        return "set anew" if is_new else _in_words(field in sealed)


async def change(
    session: Session,
    configuration: Configuration,
    actor: Actor,
    name: str,
    wanted: Mapping[str, Any],
    *,
    revision: int | None = None,
) -> None:
    """Put `wanted` in force; a secret field that is absent stays as it is, and an empty one is taken away.

    With a `revision`, raises `ConflictError` when somebody has changed the document since.
    """
    model = configuration.model_of(name)
    row = await queries.document_for_update(session, name)
    held = read(row, model, configuration.keyring) if row else default_of(model)
    _require_revision(held, revision)
    if held.state == "newer":
        raise ConflictError(
            "configuration_newer", "A newer version of Guildhall stored this document; this one leaves it alone."
        )
    fields = secret_fields(model)
    merged = {**{field: getattr(held.document, field) for field in fields}, **wanted}
    document = validated(model, {key: value for key, value in merged.items() if value is not None or key not in fields})
    untouched = {field: token for field, token in (row.secrets if row else {}).items() if field not in wanted}
    await _store(session, configuration, actor, Change(row, held, document, untouched), "configuration.changed")


async def reset(session: Session, configuration: Configuration, actor: Actor, name: str, *, revision: int) -> None:
    """Go back to the defaults, secrets included; the audit log keeps what was there."""
    model = configuration.model_of(name)
    row = await queries.document_for_update(session, name)
    held = read(row, model, configuration.keyring) if row else default_of(model)
    _require_revision(held, revision)
    await _store(session, configuration, actor, Change(row, held, model(), {}), "configuration.reset")


async def _store(session: Session, configuration: Configuration, actor: Actor, change: Change, action: str) -> None:
    document, held = change.document, change.held
    name, fields = document.name, secret_fields(type(document))
    row = change.row or ConfigurationDocument(name=name)
    row.version, row.revision = document.version, held.revision + 1
    row.value = document.model_dump(mode="json", exclude=fields)
    row.secrets = change.sealed(configuration.keyring)
    row.changed_at, row.changed_by = now(), actor.user_id
    try:
        await queries.store(session, row)
    except Conflict:  # two first changes at once
        raise _changed_meanwhile() from None
    await audit.record(
        session,
        actor,
        action,
        target=f"configuration:{name}",
        before={**held.value, **{field: _in_words(is_set) for field, is_set in held.secrets.items()}},
        after={**row.value, **{field: change.in_words(field, row.secrets) for field in fields}},
    )
    await events.publish(session, STREAM, "changed", {"name": name})
    event = document.event(row.revision)
    if event is not None:
        stream, kind, body = event
        await events.publish(session, stream, kind, body)


def _in_words(is_set: bool) -> str:
    return "set" if is_set else "not set"


def _require_revision(held: Held, revision: int | None) -> None:
    if revision is not None and revision != held.revision:
        raise _changed_meanwhile()


def _changed_meanwhile() -> ConflictError:
    return ConflictError("configuration_changed", "Somebody has changed this document since you read it.")
