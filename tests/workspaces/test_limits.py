"""Limits of commands: what they write, hold, begin and store is bounded. Real processes."""

import asyncio
import contextlib
import ctypes
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from guildhall.core.settings import Settings
from guildhall.workspaces import command_network
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.shell import Limits
from tests.workspaces.place import Place, gone, resident_bytes

_MB = 2**20
_PR_SET_CHILD_SUBREAPER = 36


def python(program: str) -> str:
    """A command that runs a program of the machine's Python."""
    return f"/usr/bin/python3 -c {shlex.quote(program)}"


async def test_the_first_and_the_last_of_a_long_output_are_kept(place: Place) -> None:
    text, ended = await place.run("echo first; seq 1000000; echo last", limits=Limits(output_bytes=20_000))
    assert (text[:8], text[-5:], ended.exit_code) == ("first\n1\n", "last\n", 0)
    assert len(text) < 31_000
    assert "bytes left out" in text


@pytest.mark.slow
async def test_a_gigabyte_of_output_takes_no_memory(place: Place) -> None:
    before = resident_bytes()
    text, ended = await place.run("head -c 1G /dev/zero; echo; echo last")
    assert (text[-5:], ended.exit_code) == ("last\n", 0)
    assert len(text) < 2 * _MB
    assert resident_bytes() - before < 50 * _MB


async def test_an_output_that_nobody_reads_holds_nobody_up(place: Place) -> None:
    async with place.sandbox.start("seq 1000000; echo last", root=place.root, home=place.home) as running:
        ended = await running.wait()
        assert (ended.exit_code, running.output.text.endswith("last\n")) == (0, True)


async def test_any_bytes_become_text(place: Place) -> None:
    said = await place.says(
        r"printf 'h\303'; sleep 0.1; printf '\251 \000 \377 \342\202'; sleep 0.1; printf '\254 \360\237'"
    )
    assert said == "hé � � € �"


async def test_one_process_holds_only_so_much_memory(place: Place) -> None:
    said = await place.says(python("bytearray(300 * 2**20)"), limits=Limits(memory_bytes=200 * _MB))
    assert said.endswith("MemoryError")


@pytest.mark.slow
async def test_all_processes_together_hold_only_so_much_memory(place: Place) -> None:
    hog = python("import time; held = b'x' * (150 * 2**20); time.sleep(77077)")
    _, ended = await place.run(f"{hog} & {hog} & {hog} & wait", limits=Limits(20, memory_bytes=300 * _MB))
    assert ended.reason == "out_of_memory"
    assert gone("77077")


@pytest.mark.slow
async def test_memory_that_processes_share_counts_once(place: Place) -> None:
    program = (
        "import os, time\nheld = b'x' * (150 * 2**20)\n"
        "for _ in range(4):\n    if os.fork() == 0: break\ntime.sleep(3); print(len(held))"
    )
    text, ended = await place.run(python(program) + "; wait", limits=Limits(20, memory_bytes=300 * _MB))
    assert (ended.reason, "157286400" in text) == ("exited", True)


@pytest.mark.slow
async def test_a_fork_bomb_ends_with_its_command(place: Place) -> None:
    bomb = "bomb() { sleep 78078 & bomb | bomb & }; bomb; wait; sleep 78078"
    task = asyncio.create_task(place.run(bomb, limits=Limits(3, processes=50)))
    counts = []
    while not task.done():
        counts.append(int(await place.says("echo 1")))  # another command goes on meanwhile
        await asyncio.sleep(0.2)
    assert ((await task)[1].reason, len(counts) > 3) == ("timed_out", True)
    assert gone("78078")


async def test_processes_are_counted_for_each_command(place: Place) -> None:
    text, _ = await place.run(python("import os\nwhile os.fork(): pass"), limits=Limits(5, processes=20))
    assert "Resource temporarily unavailable" in text
    assert await place.says("(for i in $(seq 10); do sleep 0.1 & done; wait); echo on", limits=Limits(5)) == "on"


@pytest.mark.slow
async def test_a_file_grows_only_so_far_and_memory_files_too(place: Place) -> None:
    _, ended = await place.run("head -c 3M /dev/zero > big", limits=Limits(file_bytes=_MB))
    assert (ended.exit_code != 0, (place.root / "big").stat().st_size) == (True, _MB)
    text, _ = await place.run("for f in /tmp/a /dev/shm/b; do head -c 600M /dev/zero > $f; done")
    assert text.count("No space left on device") == 2


@pytest.mark.slow
async def test_processor_time_is_bounded(place: Place) -> None:
    _, ended = await place.run("while :; do :; done", limits=Limits(20, cpu_seconds=1))
    assert (ended.reason, ended.exit_code > 128) == ("exited", True)


async def test_they_are_the_first_to_go_when_the_machine_runs_out_of_memory(place: Place) -> None:
    assert await place.says("cat /proc/self/oom_score_adj; ulimit -c; ulimit -u") == "1000\n0\n256"


async def test_the_doctor_says_whether_commands_may_have_the_network(
    settings: Settings, admin: httpx.AsyncClient
) -> None:
    address = "/api/v1/configuration/commands"
    assert (await command_network.look(settings)) == ("ok", "agents' commands have none.")
    document = (await admin.get(address)).json()
    wanted = {"revision": document["revision"], "value": document["value"] | {"network": True}}
    assert (await admin.put(address, json=wanted)).status_code == 200
    state, words = await command_network.look(settings)
    await admin.delete(address)
    assert state == "information"
    assert "what listens here" in words


def test_admins_say_what_a_command_may_use() -> None:
    policy = CommandPolicy(seconds=60, longest_seconds=600, memory_megabytes=100, processes=9)
    assert policy.limits().seconds == 60
    assert policy.limits(100).seconds == 100
    assert policy.limits(10_000).seconds == 600
    assert (policy.limits().memory_bytes, policy.limits().processes) == (100 * _MB, 9)
    assert CommandPolicy().limits() == Limits()


@contextmanager
def first_process() -> Iterator[None]:
    """This process gets what others leave behind, as a server does that is the first one of its container."""
    call = ctypes.CDLL(None).prctl
    assert call(_PR_SET_CHILD_SUBREAPER, 1) == 0
    try:
        yield
    finally:
        call(_PR_SET_CHILD_SUBREAPER, 0)


def dead_children() -> list[str]:
    """Processes that have ended and that we have not taken note of."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, _, rest = (place / "stat").read_text().rpartition(") ")
            if rest.split()[:2] == ["Z", str(os.getpid())]:
                found.append(name)
    return found


async def test_commands_leave_no_dead_processes_to_a_server_that_is_the_first_process(place: Place) -> None:
    await place.says("echo tried")
    before = dead_children()
    with first_process():
        assert await place.says("setsid sleep 76076 & echo done") == "done"
        assert (await place.run("sleep 76076", limits=Limits(0.3)))[1].reason == "timed_out"
        async with place.sandbox.start("sleep 76076", root=place.root, home=place.home):
            pass
        assert dead_children() == before
    assert gone("76076")
