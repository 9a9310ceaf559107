"""Carrying configuration from one hall to another: export without secrets; import as a whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from guildhall.accounts import configuration as configurations
from guildhall.accounts.audit import Actor
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.documents import in_todays_form, secret_fields, validated
from guildhall.core.db import Session
from guildhall.core.errors import AppError, BadRequestError

Outcome = Literal["unchanged", "changed", "refused"]


@dataclass(frozen=True)
class Planned:
    """What importing would do to one document."""

    name: str
    outcome: Outcome
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    problem: str | None


def exported(configuration: Configuration) -> dict[str, dict[str, Any]]:
    """Every document with its version and value; secrets stay here."""
    held = {name: configuration.held(name) for name in configuration.models}
    return {name: {"version": document.version, "value": dict(document.value)} for name, document in held.items()}


def planned(configuration: Configuration, documents: Mapping[str, Mapping[str, Any]]) -> list[Planned]:
    """What importing `documents` would do, one by one; nothing is changed."""
    return [_plan(configuration, name, documents[name]) for name in sorted(documents)]


async def import_all(
    session: Session, configuration: Configuration, actor: Actor, documents: Mapping[str, Mapping[str, Any]]
) -> list[Planned]:
    """Put every document in force; secrets stay as they are here. Raises `BadRequestError` if one is refused."""
    plans = planned(configuration, documents)
    refused = [plan for plan in plans if plan.outcome == "refused"]
    if refused:
        problems = [{"field": plan.name, "message": plan.problem} for plan in refused]
        raise BadRequestError("invalid_configuration", f"Nothing was imported: {refused[0].problem}", fields=problems)
    for plan in plans:
        if plan.outcome == "changed":
            await configurations.change(session, configuration, actor, plan.name, plan.after)
    return plans


def _plan(configuration: Configuration, name: str, given: Mapping[str, Any]) -> Planned:
    try:
        model = configuration.model_of(name)
        held = configuration.held(name)
        version, value = int(given["version"]), dict(given["value"])
        if version > model.version or held.state == "newer":
            raise BadRequestError("configuration_newer", f"The document {name} is of a newer version of Guildhall.")
        value = in_todays_form(model, value, version)
        fields = secret_fields(model)
        if fields & value.keys():
            raise BadRequestError("invalid_configuration", f"The document {name} holds a secret; set it by hand.")
        kept = {field: getattr(held.document, field) for field in fields}
        after = validated(model, {**value, **kept}).model_dump(mode="json", exclude=fields)
    except AppError as error:
        return Planned(name, "refused", {}, {}, error.message)
    before = dict(held.value)
    return Planned(name, "unchanged" if after == before else "changed", before, after, None)
