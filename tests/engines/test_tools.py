"""The tools of the built-in engine, on real files and processes."""

import asyncio

import httpx
import pytest

from guildhall.core.errors import NotFoundError
from guildhall.engines.api import Decision, Todo, TodosChanged
from guildhall.engines.builtin.toolbox import Toolbox
from tests.engines.stage import Stage, also, call, say
from tests.fakes.host import FakeHost

pytestmark = pytest.mark.slow

DONE = say("Done.")
READ = call("read", path="notes.txt")


async def test_read_tells_numbered_lines_and_the_files_version(desk: Stage) -> None:
    told = await desk.play(READ, call("read", path="./notes.txt", offset=2, limit=1), DONE)
    first, second = told.outputs
    assert first.splitlines()[0].startswith("[notes.txt · lines 1-3 of 3 · version ")
    assert first.splitlines()[1:] == ["     1\tone", "     2\ttwo", "     3\tthree"]
    assert second.splitlines()[1:] == ["     2\ttwo", "", "[1 more lines: read on from 3]"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.txt", "There is nothing at missing.txt"),
        ("../../etc/passwd", "has a . or .. in it"),
        ("/etc/passwd", "is not relative"),
        ("picture.bin", "is not a text"),
        ("folder", "is not a plain file"),
        ("link", "leads out of the workspace"),
    ],
)
async def test_what_cannot_be_read_fails_in_words(desk: Stage, path: str, words: str) -> None:
    (desk.root / "folder").mkdir()
    (desk.root / "link").symlink_to("/etc/passwd")
    (desk.root / "picture.bin").write_bytes(b"\x89PNG\x00\x01")
    told = await desk.play(call("read", path=path), DONE)
    assert told.ends[0].status == "failed"
    assert words in told.outputs[0]


async def test_arguments_that_do_not_fit_are_told_to_the_model(desk: Stage) -> None:
    told = await desk.play(call("read", file="notes.txt", offset=0), "[[call=read not JSON]]", DONE)
    assert [event.status for event in told.ends] == ["failed", "failed"]
    assert "path: Field required" in told.outputs[0]
    assert "offset: Input should be greater than or equal to 1" in told.outputs[0]
    assert "not a JSON object" in told.outputs[1]


async def test_write_makes_a_file_and_shows_the_difference_first(desk: Stage) -> None:
    host = FakeHost()
    told = await desk.play(call("write", path="sub/new.txt", content="hello\n"), DONE, host=host)
    assert (desk.root / "sub/new.txt").read_text() == "hello\n"
    request = host.asked[0]
    assert (request.kind, request.patterns, request.suggestions) == ("edit", ("sub/new.txt",), ("sub/*",))
    assert "+hello" in request.details["diff"]
    assert told.ends[0].details["paths"] == ["sub/new.txt"]


async def test_what_an_agent_writes_is_kept_as_its_version_of_its_turn(desk: Stage, member: httpx.AsyncClient) -> None:
    await desk.play(READ, call("edit", path="notes.txt", old_text="two", new_text="2"), DONE, id="tu_agents")
    found = await member.get(f"/api/v1/workspaces/{desk.workspace_id}/versions", params={"path": "notes.txt"})
    assert found.status_code == 200, found.text
    assert [(one["by"], one["turn_id"]) for one in found.json()["items"]][:2] == [
        ("agent", "tu_agents"),
        ("user", None),
    ]


async def test_edit_changes_what_was_read(desk: Stage) -> None:
    told = await desk.play(READ, call("edit", path="notes.txt", old_text="two", new_text="2"), DONE)
    assert (desk.root / "notes.txt").read_text() == "one\n2\nthree\n"
    assert told.ends[1].details["diff"].splitlines()[-4:] == [" one", "-two", "+2", " three"]
    assert "1 lines added, 1 removed" in told.outputs[1]


async def test_multi_edit_makes_all_edits_or_none(desk: Stage) -> None:
    edits = [{"old_text": "one", "new_text": "1"}, {"old_text": "nothing", "new_text": "x"}]
    told = await desk.play(
        READ,
        call("multi_edit", path="notes.txt", edits=edits),
        call("multi_edit", path="notes.txt", edits=[edits[0], {"old_text": "1\ntwo", "new_text": "1\n2"}]),
        DONE,
    )
    assert [event.status for event in told.ends] == ["done", "failed", "done"]
    assert "Edit 2" in told.outputs[1]
    assert (desk.root / "notes.txt").read_text() == "1\n2\nthree\n"


@pytest.mark.parametrize("tool", ["edit", "write", "multi_edit"])
async def test_a_file_that_was_not_read_is_not_changed(desk: Stage, tool: str) -> None:
    arguments = {
        "edit": {"old_text": "two", "new_text": "2"},
        "write": {"content": "all new"},
        "multi_edit": {"edits": [{"old_text": "two", "new_text": "2"}]},
    }[tool]
    told = await desk.play(call(tool, path="notes.txt", **arguments), DONE)
    assert told.ends[0].status == "failed"
    assert "Read notes.txt first" in told.outputs[0]
    assert (desk.root / "notes.txt").read_text() == "one\ntwo\nthree\n"


async def test_a_file_that_changed_since_it_was_read_is_not_changed(desk: Stage) -> None:
    edit = call("edit", path="notes.txt", old_text="two", new_text="2")
    told = await desk.play(READ, call("bash", command="echo four >> notes.txt"), edit, READ, edit, DONE)
    assert [event.status for event in told.ends] == ["done", "done", "failed", "done", "done"]
    assert "has changed since you read it" in told.outputs[2]
    assert (desk.root / "notes.txt").read_text() == "one\n2\nthree\nfour\n"


async def test_a_file_that_changes_while_a_person_thinks_is_not_changed(desk: Stage, toolbox: Toolbox) -> None:
    class Slow(FakeHost):
        async def permit(self, request):  # type: ignore[no-untyped-def]
            if request.kind == "edit":
                await toolbox.workspaces.write(desk.workspace_id, "notes.txt", b"two, by hand\n", by="user")
            return await super().permit(request)

    edit = call("edit", path="notes.txt", old_text="two", new_text="2")
    told = await desk.play(READ, edit, DONE, host=Slow())
    assert told.ends[1].status == "failed"
    assert (desk.root / "notes.txt").read_text() == "two, by hand\n"


async def test_versions_that_were_read_are_known_in_the_next_turn(desk: Stage) -> None:
    edit = call("edit", path="notes.txt", old_text="two", new_text="2")
    _, told = await desk.talk([READ, DONE], [edit, DONE])
    assert told.ends[0].status == "done", told.outputs


async def test_line_ends_and_encodings_stay_as_they_are(desk: Stage) -> None:
    (desk.root / "old.txt").write_bytes("第一\r\n第二\r\n".encode("gb18030"))
    edit = call("edit", path="old.txt", old_text="第二\n", new_text="第三\n")
    await desk.play(call("read", path="old.txt"), edit, DONE)
    assert (desk.root / "old.txt").read_bytes() == "第一\r\n第三\r\n".encode("gb18030")


async def test_list_glob_and_grep_look_around_at_once(desk: Stage) -> None:
    (desk.root / "src").mkdir()
    (desk.root / "src/a.py").write_text("def hall():\n    return 1\n")
    (desk.root / "src/b.txt").write_text("the Hall\n")
    told = await desk.play(
        call("list"),
        also("list", path="src"),
        also("glob", pattern="**/*.py"),
        also("glob", pattern="*.txt", path="src"),
        also("grep", pattern="h.ll", ignore_case=True),
        also("grep", pattern="hall", path="src", glob="*.py"),
        also("grep", pattern="hall", path="src/a.py"),
        also("grep", pattern="h("),
        also("glob", pattern="nothing*"),
        DONE,
    )
    by_id = {event.id: event.output for event in told.ends}
    outputs = [by_id[event.id] for event in told.events if hasattr(event, "step")]
    assert outputs[0].splitlines() == ["src/", "notes.txt  (14 bytes)"]
    assert "a.py" in outputs[1]
    assert outputs[2] == "src/a.py"
    assert outputs[3] == "src/b.txt"
    assert outputs[4].splitlines() == ["src/a.py:1:def hall():", "src/b.txt:1:the Hall"]
    assert outputs[5] == outputs[6] == "src/a.py:1:def hall():"
    assert "cannot be looked for" in outputs[7]
    assert outputs[8] == "No file fits."


async def test_a_search_tells_no_secrets_unless_their_file_is_named(desk: Stage) -> None:
    (desk.root / ".env").write_text("TOKEN=two\n")
    host = FakeHost()
    told = await desk.play(call("grep", pattern="two"), call("grep", pattern="two", path=".env"), DONE, host=host)
    assert told.outputs[0].startswith("notes.txt:2:two\n[lines of files that hold secrets")
    assert told.outputs[1] == ".env:1:TOKEN=two"
    assert host.asked[1].patterns == (".env",)


async def test_calls_that_only_read_run_at_the_same_time(desk: Stage) -> None:
    waiting = 0
    both = asyncio.Event()

    class Together(FakeHost):
        async def permit(self, request):  # type: ignore[no-untyped-def]
            nonlocal waiting
            waiting += 1
            if waiting == 2:
                both.set()
            async with asyncio.timeout(10):
                await both.wait()
            return await super().permit(request)

    told = await desk.play(READ, also("list"), DONE, host=Together())
    assert [event.status for event in told.ends] == ["done", "done"]


async def test_a_commands_folder_stays_and_its_changes_are_the_agents(desk: Stage, member: httpx.AsyncClient) -> None:
    said = [call("bash", command="mkdir sub && cd sub && pwd"), call("bash", command="echo made > made.txt; pwd"), DONE]
    first, second = await desk.talk(said, [call("bash", command="pwd"), DONE])
    assert first.outputs[1].splitlines()[-2:] == ["/workspace/sub", "[exit code 0 · folder sub]"]
    assert first.ends[1].details["paths"] == ["sub/made.txt"]
    assert second.outputs[0].splitlines()[0] == "/workspace/sub"
    found = await member.get(f"/api/v1/workspaces/{desk.workspace_id}/versions", params={"path": "sub/made.txt"})
    assert [one["by"] for one in found.json()["items"]] == ["agent"]


async def test_a_command_is_asked_for_command_by_command(desk: Stage) -> None:
    host = FakeHost()
    await desk.play(call("bash", command="git status && ls > out", description="See what is there"), DONE, host=host)
    request = host.asked[0]
    assert (request.kind, request.patterns, request.is_opaque) == ("run", ("git status", "ls", "> out"), False)
    assert request.suggestions == ("git status *", "ls *", "> out")
    assert request.details["command"] == "git status && ls > out"
    assert request.details["reason"] == "See what is there"
    await desk.play(call("bash", command="$EDITOR notes.txt"), DONE, host=host)
    assert (host.asked[1].patterns, host.asked[1].is_opaque) == (("$EDITOR notes.txt",), True)


@pytest.mark.slow
async def test_a_command_is_ended_when_its_time_is_up_and_long_output_is_cut(desk: Stage) -> None:
    told = await desk.play(
        call("bash", command="echo begun; sleep 60", timeout_seconds=1),
        call("bash", command="seq 1 100000"),
        DONE,
    )
    assert told.ends[0].status == "failed"
    assert told.outputs[0].splitlines()[0] == "begun"
    assert "timed out after 1 s" in told.outputs[0]
    assert told.ends[1].details["truncated"]
    assert len(told.outputs[1]) < 60_000
    assert "100000" in told.outputs[1]
    assert len(told.live) <= 110_000


async def test_a_command_in_the_background_can_be_looked_at_and_ends_with_the_turn(desk: Stage) -> None:
    beats = desk.root / "beats"
    command = "while true; do echo beat >> beats; echo beat; sleep 0.05; done"
    told = await desk.play(
        call("bash", command=command, background=True),
        call("bash", command="sleep 0.3"),
        '[[call=bash_output {"id": "bg1"}]]',
        DONE,
    )
    assert [event.status for event in told.ends] == ["done", "done", "done"]
    assert "bg1" in told.outputs[0]
    assert "beat" in told.outputs[2]
    assert "still running" in told.outputs[2]
    written = beats.read_text()
    await asyncio.sleep(0.3)
    assert beats.read_text() == written


async def test_todos_are_told_whole(desk: Stage) -> None:
    todos = [{"text": "look", "status": "done"}, {"text": "write", "status": "active"}]
    host = FakeHost()
    told = await desk.play(call("todo", todos=todos), DONE, host=host)
    assert TodosChanged((Todo("look", "done"), Todo("write", "active"))) in told.events
    assert told.outputs[0].splitlines() == ["[x] look", "[>] write"]
    assert host.asked == []


async def test_plan_mode_has_no_tools_that_change_anything(desk: Stage) -> None:
    told = await desk.play(call("bash", command="ls"), call("write", path="a", content="b"), READ, DONE, mode="plan")
    assert [event.status for event in told.ends] == ["failed", "failed", "done"]
    assert "There is no tool 'bash'" in told.outputs[0]


async def test_a_plain_conversation_has_no_tools(desk: Stage) -> None:
    told = await desk.play(call("read", path="notes.txt"), say("I have no hands."), workspace_id=None)
    assert told.tale[1:] == [("failed", "read"), ("text", "I have no hands."), ("ended", "stop")]


async def test_nobody_works_in_somebody_elses_workspace(desk: Stage, other: httpx.AsyncClient) -> None:
    stranger = str((await other.get("/api/v1/me")).json()["id"])
    with pytest.raises(NotFoundError) as caught:
        await desk.play(READ, DONE, user_id=stranger)
    assert caught.value.code == "workspace_not_found"


async def test_other_calls_of_a_refused_step_are_not_done(desk: Stage) -> None:
    host = FakeHost({"bash": Decision(is_allowed=False)})
    told = await desk.play(
        call("bash", command="ls"), also("write", path="a.txt", content="b"), say("Never."), host=host
    )
    assert [event.status for event in told.ends] == ["denied", "denied"]
    assert told.tale[-1] == ("ended", "denied")
    assert not (desk.root / "a.txt").exists()


async def test_text_with_what_no_database_holds_is_cleaned(desk: Stage) -> None:
    told = await desk.play('[[call=write {"path": "odd.txt", "content": "a\\u0000b\\ud800c"}]]', DONE)
    assert told.ends[0].status == "done", told.outputs
    assert (desk.root / "odd.txt").read_text() == "a\N{REPLACEMENT CHARACTER}b?c"
