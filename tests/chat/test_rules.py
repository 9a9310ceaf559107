"""What rules and modes let an agent do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.chat.rules import CAUTIONS, Action, Rule, covers, judge
from guildhall.engines.api import Mode, PermissionRequest, ToolKind


def request(*patterns: str, kind: ToolKind = "run", tool: str = "bash", is_opaque: bool = False) -> PermissionRequest:
    return PermissionRequest("call_1", tool, kind, patterns, is_opaque=is_opaque)


def verdict(rules: list[Rule], asked: PermissionRequest, mode: Mode = "ask") -> Action:
    return judge(rules, mode, asked, is_sandboxed=True)


@pytest.mark.parametrize(
    ("chosen", "read", "edit", "run", "fetch"),
    [
        ("plan", "allow", "deny", "deny", "ask"),
        ("ask", "allow", "ask", "ask", "ask"),
        ("edit", "allow", "allow", "ask", "ask"),
        ("full", "allow", "allow", "allow", "allow"),
    ],
)
def test_where_no_rule_matches_the_mode_says(
    chosen: Mode, read: Action, edit: Action, run: Action, fetch: Action
) -> None:
    kinds: list[ToolKind] = ["read", "edit", "run", "fetch"]
    assert [verdict([], request("x", kind=kind), chosen) for kind in kinds] == [read, edit, run, fetch]


def test_without_a_sandbox_commands_are_asked_for_in_every_mode() -> None:
    assert judge([], "full", request("ls"), is_sandboxed=False) == "ask"
    assert judge([Rule("bash", "ls", "allow")], "ask", request("ls"), is_sandboxed=False) == "allow"


@pytest.mark.parametrize("chosen", ["ask", "edit", "full"])
def test_the_network_is_asked_for_in_every_mode_and_freed_by_rules_that_name_it_alone(chosen: Mode) -> None:
    asked = request("network: npm install left-pad")
    for rules in ([], [Rule("*", "*", "allow")], [Rule("bash", "npm *", "allow")], [Rule("bash", "n*", "allow")]):
        assert verdict(rules, asked, chosen) == "ask"
    assert verdict([Rule("bash", "network: npm *", "allow")], asked, chosen) == "allow"
    assert (
        verdict([Rule("bash", "network: npm *", "allow")], request("network: npm i", "network: sh x"), chosen) == "ask"
    )
    assert verdict([Rule("bash", "network: npm *", "allow")], request("npm install left-pad"), "ask") == "ask"


def test_what_a_rule_forbids_is_forbidden_with_the_network_too() -> None:
    free, forbidden = Rule("bash", "network: *", "allow"), Rule("bash", "npm *", "deny")
    for rules in ([free, forbidden], [forbidden, free]):
        assert verdict(rules, request("network: npm install"), "full") == "deny"
    assert verdict([free, Rule("bash", "network: npm *", "deny")], request("network: npm install"), "full") == "deny"
    assert verdict([free], request("network: npm install"), "plan") == "deny"


def test_only_its_own_words_free_a_networked_command_that_cannot_be_parsed() -> None:
    asked = request("network: echo $(", is_opaque=True)
    assert verdict([Rule("bash", "network: *", "allow")], asked, "full") == "ask"
    assert verdict([Rule("bash", "network: echo $(", "allow")], asked) == "allow"


def test_of_the_rules_that_match_the_last_one_counts() -> None:
    rules = [Rule("bash", "git *", "allow"), Rule("bash", "git push *", "deny")]
    assert verdict(rules, request("git status")) == "allow"
    assert verdict(rules, request("git push origin")) == "deny"
    assert verdict([*rules, Rule("bash", "git push *", "allow")], request("git push origin")) == "allow"


def test_a_compound_command_is_as_free_as_its_least_free_part() -> None:
    rules = [Rule("bash", "ls *", "allow"), Rule("bash", "rm *", "deny")]
    assert verdict(rules, request("ls", "ls -l")) == "allow"
    assert verdict(rules, request("ls", "cat x")) == "ask"
    assert verdict(rules, request("ls", "cat x", "rm x")) == "deny"


def test_what_touches_nothing_that_can_be_named_is_asked_for() -> None:
    assert verdict([Rule("*", "*", "allow")], request()) == "ask"
    assert verdict([], request(), "full") == "ask"


def test_what_cannot_be_parsed_is_allowed_only_by_its_own_words() -> None:
    asked = request("echo $(", is_opaque=True)
    assert verdict([Rule("bash", "*", "allow")], asked, "full") == "ask"
    assert verdict([Rule("bash", "echo *", "deny")], asked) == "deny"
    assert verdict([Rule("bash", "echo $(", "allow")], asked) == "allow"


def test_a_plan_changes_nothing_whatever_the_rules_say() -> None:
    rules = [Rule("*", "*", "allow")]
    assert verdict(rules, request("a.txt", kind="edit", tool="write"), "plan") == "deny"
    assert verdict(rules, request("ls"), "plan") == "deny"
    assert verdict(rules, request("mcp thing", kind="other", tool="mcp"), "plan") == "deny"


@pytest.mark.parametrize("touched", [".env", "config/.env", "keys/server.pem"])
def test_secrets_are_asked_for_even_to_read_them(touched: str) -> None:
    asked = request(touched, kind="read", tool="read")
    assert verdict(list(CAUTIONS), asked, "full") == "ask"
    assert verdict([*CAUTIONS, Rule("read", touched, "allow")], asked) == "allow"


def test_pushing_is_asked_for_in_full_mode() -> None:
    assert verdict(list(CAUTIONS), request("git push"), "full") == "ask"
    assert verdict(list(CAUTIONS), request("git status"), "full") == "allow"


def test_patterns() -> None:
    assert covers("git status *", "git status")
    assert covers("git status *", "git status -s")
    assert not covers("git status *", "git statusx")
    assert not covers("git status", "git status -s")
    assert covers("src/[a].txt", "src/[a].txt")
    assert not covers("src/[a].txt", "src/a.txt")
    assert not covers("LS", "ls")


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_rule_for_other_things_widens_what_a_mode_allows(tool: str, pattern: str) -> None:
    rules = [Rule(f"x{tool}", f"x{pattern}", "allow")]
    assert verdict(rules, request("rm -rf")) == "ask"
