"""Tools of servers, as models and people can take them."""

from typing import Any

import pytest

from guildhall.mcp.tools import name_for, outcome, remote_tools, touched


def test_what_cannot_be_called_is_left_out_and_the_rest_is_made_fit() -> None:
    deep: Any = {}
    for _ in range(200):
        deep = {"properties": deep}
    told: list[Any] = [
        {"name": "a", "inputSchema": {"type": "object", "$schema": "x", "properties": {"n": {"maximum": 10**40}}}},
        {"name": "a", "description": "once more"},
        {"name": 7},
        {"name": ""},
        {"name": "b", "description": "half \ud800", "inputSchema": {"type": "string"}, "annotations": "none"},
        {"name": "c", "inputSchema": {"type": "object", "properties": {"long": {"description": "x" * 40_000}}}},
        {"name": "d", "inputSchema": {"type": "object", "properties": deep}},
    ]
    found = {tool.name: tool for tool in remote_tools(told)}
    assert list(found) == ["a", "b", "c", "d"]
    assert found["a"].schema == {"type": "object", "properties": {"n": {"maximum": None}}}
    assert found["b"].description == "half ?"
    assert found["b"].schema == found["c"].schema == {"type": "object", "properties": {}}
    assert not found["b"].is_read_only


def test_names_fit_every_provider_and_are_never_taken() -> None:
    assert name_for("docs", "search all!", []) == "docs_search_all_"
    assert name_for("bash", "output", ["bash_output", "bash_output_2"]) == "bash_output_3"
    long = name_for("docs", "x" * 200, [])
    assert len(long) == 59
    assert len(name_for("docs", "x" * 200, [long])) <= 59


def test_rules_see_every_text_of_the_arguments() -> None:
    assert touched({"a": 1}) == ("*",)
    assert touched({"path": "a/.env", "more": [{"x": "b"}, "b", " "]}) == ("a/.env", "b")
    assert touched({"many": [str(number) for number in range(99)]})[-1] == "*"


@pytest.mark.parametrize(
    ("result", "words", "is_failed"),
    [
        ({}, "(nothing)", False),
        ({"content": "x", "isError": True}, "(nothing)", True),
        ({"content": [{"type": "text", "text": "a"}, 7, {"type": "text", "text": "b"}]}, "a\n\nb", False),
        ({"content": [{"type": "resource", "resource": {"uri": "u", "text": "t"}}]}, "[u]\nt", False),
        ({"content": [{"type": "resource", "resource": {"uri": "u", "blob": "x"}}]}, "[u, not a text]", False),
        ({"content": [{"type": "resource_link", "name": "n", "uri": "u"}]}, "[n: u]", False),
        ({"content": [], "structuredContent": {"a": 1}}, '{"a": 1}', False),
    ],
)
def test_what_came_of_a_call_is_told_in_words(result: dict[str, Any], words: str, is_failed: bool) -> None:
    assert outcome(result) == (words, is_failed)
