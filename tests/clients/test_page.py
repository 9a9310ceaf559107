"""The page on compatibility says nothing that no run has shown, and leaves nothing out."""

import dataclasses
import json

import pytest

from tests.clients import book, catalogue
from tests.house import repository


def test_the_page_is_of_a_whole_run() -> None:
    assert {name: set(entries) for name, entries in book.kept().items()} == book.expected()


def test_the_page_names_the_versions_that_are_locked() -> None:
    kept = {name: entries["version"] for name, entries in book.kept().items()}
    python = repository.read("requirements/clients.lock") + repository.read("requirements/dev.lock")
    node = json.loads(repository.read("tests/clients/node/package-lock.json"))["packages"]
    assert {name for name in ("openai", "anthropic", "litellm") if f"{name}=={kept[name]} " not in python} == set()
    assert f"langchain-openai=={kept['langchain']} " in python
    assert kept["openai-node"] == node["node_modules/openai"]["version"]
    assert kept["opencode"] == node["node_modules/opencode-linux-x64"]["version"]


def test_every_client_is_tried_through_two_kinds_of_provider_at_least() -> None:
    kinds = {
        name: {entry.rpartition(", ")[2] for entry in entries} - {"version"} for name, entries in book.kept().items()
    }
    assert {name for name, found in kinds.items() if len(found) < 2} == set()


def test_a_client_that_is_not_installed_is_named() -> None:
    absent = dataclasses.replace(catalogue.CLIENTS[-1], needs=catalogue.INSTALLED / "nothing")
    with pytest.raises(catalogue.MissingError, match=r"no \.clients/nothing: install the clients with"):
        _ = absent.command


def test_a_run_that_shows_something_else_than_the_page_fails() -> None:
    held = book.Book(is_recording=False)
    client, capability, kind = catalogue.cases()[0]
    held.outcome(client, capability, kind, "yes")
    with pytest.raises(AssertionError, match="the page says yes"):
        held.outcome(client, capability, kind, "refused")
