"""The sandbox: what a command can do there, and what it can't. Real processes."""

import asyncio
import os
import shlex
import socket
import sys
from pathlib import Path

import pytest

from guildhall.core.errors import AppError
from guildhall.core.settings import Settings
from guildhall.workspaces.sandbox import Sandbox
from guildhall.workspaces.shell import Limits
from tests.workspaces.place import Place, busy_machine, gone, processes_with


async def test_a_command_works_in_its_workspace_and_keeps_its_home(place: Place) -> None:
    (place.root / "given.txt").write_text("from outside")
    said = await place.says("pwd && cat given.txt && echo made > made.txt && echo kept > ~/kept")
    assert said == "/workspace\nfrom outside"
    assert (place.root / "made.txt").read_text() == "made\n"
    assert await place.says("cat ~/kept") == "kept"


async def test_the_exit_code_is_the_commands(place: Place) -> None:
    assert (await place.run("exit 7"))[1].exit_code == 7
    assert (await place.run("kill -TERM $$"))[1].exit_code == 128 + 15
    text, ended = await place.run("echo 'never closed")
    assert ("unexpected EOF" in text, ended.exit_code != 0) == (True, True)


async def test_nothing_else_of_the_machine_is_there(place: Place) -> None:
    (place.hall / "secret.key").write_text("a secret")
    other = place.hall / "workspaces/two"
    other.mkdir()
    unseen = ["/etc/shadow", "/root", "/run/*", "/var/lib", "/sys", str(Path.cwd())]
    unseen += [str(place.hall), str(other), str(place.root), f"/proc/1/root{place.hall}", f"/proc/1/cwd{place.hall}"]
    for path in unseen:
        assert (await place.run(f"ls {path}/ || cat {path}"))[1].exit_code != 0, path
    for path in ("/usr/bin/mine", "/etc/mine", "/mine", "/dev/mine", "~/../mine", "/proc/sys/kernel/domainname"):
        assert (await place.run(f"echo x > {path}"))[1].exit_code != 0, path


async def test_nothing_of_the_servers_environment_is_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_SECRET_KEYS", "do-not-show")
    text, _ = await place.run("env; cat /proc/*/environ | tr '\\0' '\\n'; set")
    assert "do-not-show" not in text
    assert "GUILDHALL" not in text
    assert str(place.root) not in await place.says("cat /proc/*/cmdline | tr '\\0' ' '; ls -l /proc/*/fd"), (
        "nor its place"
    )


@pytest.mark.usefixtures("own")
async def test_a_folder_to_read_shows_the_data_folder_in_it_empty(tmp_path: Path) -> None:
    (tmp_path / "tools/hall").mkdir(parents=True)
    (tmp_path / "tools/tool").write_text("a tool")
    (tmp_path / "tools/hall/secret.key").write_text("a secret")
    (tmp_path / "again").symlink_to(tmp_path / "tools")
    readable = ",".join(str(tmp_path / name) for name in ("tools", "again", "missing"))
    sandbox = Sandbox(Settings(data_dir=tmp_path / "tools/hall", sandbox="required", sandbox_paths=readable))
    place = Place(sandbox, tmp_path / "tools/hall")
    for name in ("tools", "again"):
        assert await place.says(f"cat {tmp_path}/{name}/tool") == "a tool"
        assert await place.says(f"ls -A {tmp_path}/{name}/hall") == ""
        assert (await place.run(f"touch {tmp_path}/{name}/mine"))[1].exit_code != 0


async def test_links_out_of_the_workspace_lead_nowhere(place: Place, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("not yours")
    (place.root / "out").symlink_to(tmp_path / "outside")
    (place.root / "up").symlink_to("../../../../outside")
    assert (await place.run("cat out"))[1].exit_code == (await place.run("cat up"))[1].exit_code == 1
    assert (await place.run("ln /usr/bin/env hard"))[1].exit_code == 1


async def test_commands_are_nobody_in_particular(place: Place) -> None:
    assert await place.says("id -un; id -u") not in ("root\n0", "")
    assert await place.says("grep -h -E 'Cap(Prm|Eff|Bnd)|NoNewPrivs' /proc/self/status | tr -s '\\t\\n' ' '") == (
        "CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1"
    )


async def test_there_is_no_network_unless_it_is_given(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        reach = f"exec 3<>/dev/tcp/127.0.0.1/{port}"
        assert (await place.run(reach))[1].exit_code == 1
        assert (await place.run(reach, network=True))[1].exit_code == 0
    assert await place.says("grep -c : /proc/net/dev") == "1", "its own loopback only"


async def test_abstract_sockets_of_the_machine_are_not_reached(place: Place) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("\0guildhall-test-abstract")
        listening.listen()
        connect = "import socket; socket.socket(socket.AF_UNIX).connect('\\0guildhall-test-abstract')"
        assert "ConnectionRefused" in await place.says(f"/usr/bin/python3 -c {shlex.quote(connect)}")


async def test_processes_of_the_machine_are_neither_seen_nor_ended(place: Place) -> None:
    assert int(await place.says("ls -d /proc/[0-9]* | wc -l")) < 10
    assert (await place.run(f"kill -9 {os.getpid()}"))[1].exit_code == 1


async def test_what_a_command_left_running_ends_with_it(place: Place) -> None:
    _, ended = await place.run("setsid sleep 71071 & (sleep 71071 &) ; nohup sleep 71071 > /dev/null 2>&1 & exit 0")
    assert (ended.reason, ended.seconds < 3) == ("exited", True)
    assert gone("71071")


async def test_a_command_that_does_not_end_is_ended(place: Place) -> None:
    text, ended = await place.run("trap '' TERM INT HUP; echo on; sleep 72072 & wait; sleep 72072", limits=Limits(0.5))
    assert (text, ended.reason, ended.exit_code) == ("on\n", "timed_out", 137)
    assert gone("72072")


async def test_leaving_the_block_ends_the_command(place: Place) -> None:
    async with place.sandbox.start("sleep 73073", root=place.root, home=place.home) as running:
        assert processes_with("sleep 73073")
        assert running.ended is None
    assert (running.ended.reason, place.sandbox.running) == ("stopped", 0)
    assert gone("73073")


async def test_a_caller_that_is_cancelled_ends_its_command(place: Place) -> None:
    task = asyncio.create_task(place.run("touch begun; sleep 74074"))
    async with asyncio.timeout(5):
        while not (place.root / "begun").exists():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone("74074")


@pytest.mark.slow
async def test_a_caller_may_be_cancelled_at_any_moment(place: Place) -> None:
    async with busy_machine():
        for moment in range(60):
            task = asyncio.create_task(place.run("touch begun; sleep 74174"))
            await asyncio.sleep(moment / 2000)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert gone("74174")


async def test_text_comes_as_it_is_written(place: Place) -> None:
    slowly = "echo one; until [ -e go ]; do sleep 0.05; done; echo two"
    async with place.sandbox.start(slowly, root=place.root, home=place.home) as running:
        pieces = aiter(running)
        assert await anext(pieces) == "one\n"
        (place.root / "go").touch()
        assert await anext(pieces) == "two\n"


async def test_what_it_reads_has_ended_and_there_is_no_terminal(place: Place) -> None:
    said = await place.says("read x; echo $?; cat; echo hello > /dev/tty || echo none; tty; exec <&- >&- 2>&-")
    assert said.split("\n")[0] == "1"
    assert said.endswith("none\nnot a tty")


async def test_each_command_goes_on_in_the_folder_of_the_one_before(place: Place) -> None:
    await place.run("mkdir -p 'a b/c\"d' && cd 'a b/c\"d'")
    assert await place.says("pwd") == '/workspace/a b/c"d'
    await place.run("cd .. && exit 3")
    assert place.folder == "a b"
    await place.run("cd /workspace")
    assert place.folder == ""


@pytest.mark.parametrize(
    "command",
    [
        "cd /usr",
        "cd ~",
        "mkdir gone && cd gone && rmdir ../gone",
        "ln -s /usr/lib link && cd link",
        "ln -s .. link && cd link/..",
        "echo /workspace/../../etc >&9",
        "cd .; trap - EXIT; printf 'begun\\n/etc' >&9",
        "exec true",
        "cd /; kill -9 $$",
        "head -c 100000 /dev/zero >&9",
    ],
)
async def test_no_command_says_it_ended_outside_of_the_workspace(place: Place, command: str) -> None:
    await place.run("mkdir -p sub && cd sub")
    await place.run(command)
    assert place.folder == "sub"


@pytest.mark.parametrize("folder", ["missing", "..", "../two", "/etc", "a\0b", "file", "out", "loop", "x" * 5000])
async def test_a_command_begins_in_the_workspace_or_not_at_all(place: Place, folder: str) -> None:
    (place.root.parent.parent / "two").mkdir()
    (place.root / "file").touch()
    (place.root / "out").symlink_to("/etc")
    (place.root / "loop").symlink_to("loop")
    with pytest.raises(AppError) as refusal:
        await place.run("true", folder=folder)
    assert (refusal.value.status, refusal.value.code) == (400, "folder_not_found")


@pytest.mark.parametrize("command", ["a\0b", "x" * 200_000])
async def test_what_is_no_command_is_refused(place: Place, command: str) -> None:
    with pytest.raises(AppError) as refusal:
        await place.run(command)
    assert (refusal.value.status, refusal.value.code) == (400, "command_not_valid")


async def test_variables_reach_the_command_and_not_what_builds_its_sandbox(place: Place) -> None:
    hostile = {"LD_PRELOAD": "/workspace/evil.so", "WORDS": "a 'b' $HOME\n\"c\"", "PATH": "/workspace:/usr/bin:/bin"}
    text, ended = await place.run('printf %s "$WORDS"', environment=hostile)
    assert (text.endswith("a 'b' $HOME\n\"c\""), ended.exit_code) == (True, 0)
    for name in ("A B", "1A", "A;id", ""):
        with pytest.raises(AppError) as refusal:
            await place.run("true", environment={name: "x"})
        assert refusal.value.code == "command_not_valid"


async def test_the_commands_own_words_are_not_the_scripts(place: Place) -> None:
    assert await place.says('echo "$#" "$0"; false; echo $?') == f"0 {await place.says('echo $0')}\n1"
    assert await place.says("set -u; set -e; echo on") == "on"


async def test_files_made_outside_and_inside_are_everybodys_of_the_workspace(own: Place) -> None:
    await own.run("mkdir -p made/deep && echo 1 > made/deep/file && chmod 700 made && chmod 600 made/deep/file")
    (own.root / "made/deep/file").write_text("2")
    (own.root / "made/new").write_text("3")
    (own.root / "made/new").chmod(0o600)
    assert await own.says("cat made/deep/file made/new; echo 4 > made/new; cat made/new") == "234"


async def test_commands_do_not_begin_once_the_sandbox_stops(place: Place) -> None:
    async with place.sandbox.start("sleep 75075", root=place.root, home=place.home) as running:
        await place.sandbox.stop()
        assert running.exit_code == 137
    with pytest.raises(AppError, match="stopping"):
        await place.run("true")
    assert gone("75075")


_SERVER = """
import asyncio, sys
from pathlib import Path
from guildhall.core.settings import Settings
from guildhall.workspaces.sandbox import Sandbox

async def main(root, command, times):
    sandbox = Sandbox(Settings(data_dir=root.parent, sandbox="required"))
    await sandbox.probe()
    print("on", flush=True)
    async def one():
        async with sandbox.start(command, root=root, home=root) as running:
            async for text in running: print(text, flush=True)
    await asyncio.gather(*(one() for _ in range(times)))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
"""


async def _server(place: Place, command: str, times: int) -> asyncio.subprocess.Process:
    """A server that runs this command so many times at once, and is ready to."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVER, str(place.root), command, str(times), stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    assert await server.stdout.readline() == b"on\n"
    return server


@pytest.mark.slow
async def test_commands_end_with_a_server_that_is_killed(own: Place) -> None:
    server = await _server(own, "echo begun; setsid sleep 76076 & sleep 76076", 1)
    assert server.stdout is not None
    assert await server.stdout.readline() == b"begun\n"
    assert processes_with("sleep 76076")
    server.kill()
    await server.wait()
    assert gone("76076")


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(5, 65, 10))
async def test_commands_that_are_about_to_begin_end_with_a_server_that_is_killed(own: Place, moment: int) -> None:
    async with busy_machine():
        server = await _server(own, "sleep 77177", 8)
        await asyncio.sleep(moment / 1000)
        server.kill()
        await server.wait()
    assert gone("sleep\x0077177"), "no command goes on"
    await Sandbox(Settings(data_dir=own.hall, sandbox="required")).probe()
    assert gone("77177"), "the next server ends what is left"
