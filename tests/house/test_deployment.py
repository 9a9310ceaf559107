"""The container image, compose.yaml and the workflow: valid by their schemas, and true to the product."""

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from guildhall.core.settings import Settings
from tests.house import repository

COMPOSE = yaml.safe_load(repository.read("compose.yaml"))
WORKFLOW = yaml.safe_load(repository.read(".github/workflows/ci.yml"))


def _schema(name: str) -> dict[str, Any]:
    return dict(json.loads(repository.read(f"tests/house/schemas/{name}.json")))


def _without_anchors(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if not name.startswith("x-")}


def test_compose_file_is_valid() -> None:
    schema = _schema("compose-spec")
    jsonschema.validators.validator_for(schema)(schema).validate(_without_anchors(COMPOSE))


def test_workflow_is_valid() -> None:
    document = {
        ("on" if name is True else name): value for name, value in WORKFLOW.items()
    }  # YAML 1.1 reads on as true
    schema = _schema("github-workflows")
    jsonschema.validators.validator_for(schema)(schema).validate(document)


def test_workflow_runs_what_the_house_runs() -> None:
    commands = [step.get("run", "") for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    assert ".ci/run" in commands


@pytest.mark.parametrize("service", ["server", "worker", "migrate"])
def test_compose_sets_only_settings_that_exist(service: str) -> None:
    known = {f"GUILDHALL_{name.upper()}" for name in Settings.model_fields}
    assert set(COMPOSE["services"][service]["environment"]) - known == set()


@pytest.mark.parametrize("service", ["server", "worker"])
def test_compose_runs_scaled_with_an_external_worker(service: str) -> None:
    environment = COMPOSE["services"][service]["environment"]
    assert environment["GUILDHALL_DATABASE_URL"].startswith("postgresql://")
    assert environment["GUILDHALL_REDIS_URL"].startswith("redis://")
    assert environment["GUILDHALL_WORKER"] == "external"


def test_compose_holds_no_secret_and_demands_each() -> None:
    text = repository.read("compose.yaml")
    assert "${GUILDHALL_SECRET_KEYS:?" in text
    assert "${POSTGRES_PASSWORD:?" in text


def test_every_lasting_service_has_a_health_check() -> None:
    checked_by_image = {"server"}
    lasting = {name for name, service in COMPOSE["services"].items() if service["restart"] == "unless-stopped"}
    with_check = {name for name, service in COMPOSE["services"].items() if "healthcheck" in service}
    assert lasting - with_check - checked_by_image == set()


def test_image_is_built_in_stages_from_locked_packages_and_runs_as_nobody_in_particular() -> None:
    text = repository.read("Dockerfile")
    final = text[text.rindex("\nFROM ") :]
    assert text.count("FROM ") == 3
    assert "npm ci" in text
    assert "--require-hashes" in text
    assert re.search(r"^USER (?!root|0)\w+$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final


def test_image_copies_only_what_the_context_holds() -> None:
    kept = re.findall(r"^!(.+?)/?$", repository.read(".dockerignore"), re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", repository.read("Dockerfile"), re.MULTILINE)
    sources = {source.split("/")[0] for line in copied for source in line.split()}
    assert sources - set(kept) == set()
