"""HTTP of configuration: read, change, reset, export and import documents. For admins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from guildhall import __version__
from guildhall.accounts import configuration as configurations
from guildhall.accounts import configuration_queries as queries
from guildhall.accounts import configuration_transfer as transfer
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.configuration_transfer import Outcome, Planned
from guildhall.accounts.documents import State, default_of
from guildhall.accounts.web import Acting, Admin
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.web import DbSession, Input

Name = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
_FORMAT = "guildhall-configuration"

router = APIRouter(prefix="/api/v1/configuration", tags=["configuration"])


class ConfigurationOut(BaseModel):
    """A configuration document. `value` is what is stored, without secrets: of those, `secrets` tells which are set.

    `state`: `default` was never changed; `newer` was stored by a newer version of the product and `invalid` does not
    fit its form, so that for both the defaults are in force.
    """

    name: str
    title: str
    state: State
    version: int
    revision: int
    value: dict[str, Any]
    defaults: dict[str, Any]
    secrets: dict[str, bool]
    form: dict[str, Any] = Field(alias="schema")
    changed_at: datetime | None
    changed_by: str | None
    changed_by_name: str | None


class ConfigurationIn(Input):
    """A whole document as it shall be. A secret field that is absent stays; an empty one is taken away."""

    revision: int = Field(ge=0, description="The revision that was read; another one by now means 409.")
    value: dict[str, Any]


class ResetIn(Input):
    """Back to the defaults."""

    revision: int = Field(ge=0)


class ExportedDocument(Input):
    """One document, to be put in force in another hall."""

    version: int = Field(ge=1)
    value: dict[str, Any]


class ConfigurationFile(Input):
    """Every document, without secrets."""

    format: str = Field(pattern=f"^{_FORMAT}$")
    product_version: str = Field(max_length=40)
    exported_at: datetime
    documents: dict[str, ExportedDocument] = Field(max_length=100)


class PlannedOut(BaseModel):
    """What an import does to one document."""

    name: str
    outcome: Outcome
    before: dict[str, Any]
    after: dict[str, Any]
    problem: str | None


class ImportOut(BaseModel):
    """What an import did, or would do."""

    applied: bool
    documents: list[PlannedOut]


@router.get("", response_model=list[ConfigurationOut])
async def list_configuration(_: Admin, request: Request, session: DbSession) -> list[Mapping[str, Any]]:
    """Every configuration document."""
    configuration = _configuration(request)
    await configuration.catch_up()
    return await _shown(session, configuration, list(configuration.models))


@router.get("/export", response_model=ConfigurationFile)
async def export_configuration(_: Admin, request: Request, response: Response) -> Mapping[str, Any]:
    """Every document as a file. Secrets are never in it."""
    configuration = _configuration(request)
    await configuration.catch_up()
    response.headers["content-disposition"] = 'attachment; filename="guildhall-configuration.json"'
    return {
        "format": _FORMAT,
        "product_version": __version__,
        "exported_at": now(),
        "documents": transfer.exported(configuration),
    }


@router.post("/import", response_model=ImportOut)
async def import_configuration(
    body: ConfigurationFile,
    _: Admin,
    acting: Acting,
    request: Request,
    dry_run: Annotated[bool, Query(description="Only tell what would happen.")] = False,
) -> Mapping[str, Any]:
    """Put a file's documents in force: all of them, or none when one is refused."""
    configuration = _configuration(request)
    await configuration.catch_up()
    documents = {name: document.model_dump() for name, document in body.documents.items()}
    if dry_run:
        return {"applied": False, "documents": transfer.planned(configuration, documents)}
    async with _db(request).write() as session:
        plans: list[Planned] = await transfer.import_all(session, configuration, acting, documents)
    await configuration.catch_up()
    return {"applied": True, "documents": plans}


@router.get("/{name}", response_model=ConfigurationOut)
async def read_configuration(name: Name, _: Admin, request: Request, session: DbSession) -> Mapping[str, Any]:
    """One document."""
    configuration = _configuration(request)
    configuration.model_of(name)
    await configuration.catch_up()
    return (await _shown(session, configuration, [name]))[0]


@router.put("/{name}", response_model=ConfigurationOut)
async def change_configuration(
    name: Name, body: ConfigurationIn, _: Admin, acting: Acting, request: Request
) -> Mapping[str, Any]:
    """Put a whole document in force, here at once and on every other process within a second."""
    configuration = _configuration(request)
    async with _db(request).write() as session:
        await configurations.change(session, configuration, acting, name, body.value, revision=body.revision)
    return await _now(request, name)


@router.post("/{name}/reset", response_model=ConfigurationOut)
async def reset_configuration(
    name: Name, body: ResetIn, _: Admin, acting: Acting, request: Request
) -> Mapping[str, Any]:
    """Go back to the defaults, also from what a newer version stored."""
    configuration = _configuration(request)
    async with _db(request).write() as session:
        await configurations.reset(session, configuration, acting, name, revision=body.revision)
    return await _now(request, name)


async def _now(request: Request, name: str) -> Mapping[str, Any]:
    configuration = _configuration(request)
    await configuration.catch_up()
    async with _db(request).read() as session:
        return (await _shown(session, configuration, [name]))[0]


async def _shown(session: Session, configuration: Configuration, names: list[str]) -> list[Mapping[str, Any]]:
    people = await queries.names_of_changers(session)
    return [_as_shown(configuration, name, people) for name in names]


def _as_shown(configuration: Configuration, name: str, people: Mapping[str, str]) -> Mapping[str, Any]:
    model, held = configuration.model_of(name), configuration.held(name)
    return {
        "name": name,
        "title": model.title,
        "state": held.state,
        "version": held.version,
        "revision": held.revision,
        "value": held.value,
        "defaults": default_of(model).value,
        "secrets": held.secrets,
        "schema": model.model_json_schema(),
        "changed_at": held.changed_at,
        "changed_by": held.changed_by,
        "changed_by_name": people.get(held.changed_by or ""),
    }


def _configuration(request: Request) -> Configuration:
    configuration: Configuration = request.app.state.configuration
    return configuration


def _db(request: Request) -> Database:
    db: Database = request.app.state.db
    return db
