"""What opencode is told, and how it is configured."""

import json

from guildhall.engines.api import Spoken, ToolUse
from guildhall.engines.opencode import configuration, context
from guildhall.engines.opencode.configuration import ModelFacts, Seen
from guildhall.engines.opencode.turns import message_id
from guildhall.workspaces import bubblewrap


def test_a_conversation_is_told_with_what_was_done_in_it() -> None:
    use = ToolUse("call_1", "bash", {"command": "ls"}, "done", "a.txt", 0)
    words = context.told([Spoken("user", ("Look.",)), Spoken("assistant", ("I look.", use, "One file."))])
    for part in ("<user>\nLook.", 'tool="bash" status="done"', '{"command": "ls"}', "a.txt", "One file."):
        assert part in words


def test_a_first_question_needs_no_words_before_it() -> None:
    assert context.told([]) == ""


def test_a_long_conversation_is_told_from_its_end_and_long_outputs_are_cut() -> None:
    use = ToolUse("call_1", "bash", {}, "done", "x" * 10_000, 0)
    many = [Spoken("user", (f"Question {number}. " + "y" * 1000,)) for number in range(400)]
    words = context.told([*many, Spoken("assistant", (use,))])
    assert len(words) < 201_000
    assert "Question 399." in words
    assert "Question 1." not in words
    assert "x" * 5_000 not in words


def test_what_the_person_said_and_which_answer_counts_tell_conversations_apart() -> None:
    first = [Spoken("user", ("One",)), Spoken("assistant", ("Yes",))]
    second = [Spoken("user", ("One",)), Spoken("assistant", ("No",))]
    assert context.fingerprint(first, "tu_1") == context.fingerprint(second, "tu_1")
    assert context.fingerprint(first, "tu_1") != context.fingerprint(first, "tu_2")
    assert context.fingerprint(first, "tu_1") != context.fingerprint([*first, Spoken("user", ("Two",))], "tu_1")
    assert context.fingerprint([Spoken("user", ("ab",))], None) != context.fingerprint(
        [Spoken("user", ("a",)), Spoken("user", ("b",))], None
    )


def test_a_cut_off_turn_is_told_with_its_question_first() -> None:
    use = ToolUse("call_1", "bash", {"command": "ls"}, "waiting", "", 0)
    words = context.resumed("Look.", ["I look.", use])
    assert words.startswith("Look.\n")
    assert 'status="waiting"' in words


def test_everything_is_asked_for_and_only_the_gateway_is_called() -> None:
    made = configuration.configuration(
        [ModelFacts("m", 1000, 5000)], Seen("http://127.0.0.1:1/v1", bubblewrap.HOME, bubblewrap.WORKSPACE)
    )
    assert made["permission"]["*"] == "ask"
    assert {made["permission"][name] for name in ("external_directory", "webfetch", "websearch")} == {"deny"}
    assert made["permission"]["question"] == "allow"
    assert (made["share"], made["autoupdate"], made["enabled_providers"]) == ("disabled", False, ["guildhall"])
    assert made["provider"]["guildhall"]["models"]["m"]["limit"] == {"context": 1000, "output": 1000}


def test_secrets_are_in_a_file_of_its_own_alone_and_quoted() -> None:
    given = configuration.environment({"a": "it's"}, "pass'word", "key")
    files = configuration.files("/opt/o c", given, is_relayed=True)
    content, mode = files[configuration.START]
    assert mode == 0o600
    assert "'pass'\"'\"'word'" in content
    assert json.dumps({"a": "it's"}).replace("'", "'\"'\"'") in content
    assert not [name for name, (text, _) in files.items() if name != configuration.START and "word" in text]


def test_no_configuration_of_a_workspace_is_read_and_nothing_is_fetched() -> None:
    given = configuration.environment({}, "", "")
    for name in ("PROJECT_CONFIG", "MODELS_FETCH", "AUTOUPDATE", "LSP_DOWNLOAD", "DEFAULT_PLUGINS"):
        assert given[f"OPENCODE_DISABLE_{name}"] == "1"


def test_messages_sort_in_the_order_they_were_made() -> None:
    made = [message_id(f"tu_{number}") for number in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500
    assert all(name.startswith("msg_") and len(name) == 30 for name in made)
