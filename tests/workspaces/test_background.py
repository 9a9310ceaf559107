"""Commands in the background: read while they run, bounded in number, ended with their owner."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.core.errors import AppError
from guildhall.workspaces.background import BackgroundCommand, BackgroundCommands
from guildhall.workspaces.shell import Limits
from tests.workspaces.place import Place, gone, processes_with


class Background:
    """Starts commands of a place for an owner."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.commands = BackgroundCommands(place.sandbox, most_at_once=2)

    async def start(self, command: str, owner: str = "turn", seconds: float = 30) -> BackgroundCommand:
        place = self.place
        return await self.commands.start(
            owner, command, root=place.root, home=place.home, folder="", network=False, limits=Limits(seconds)
        )


@pytest_asyncio.fixture
async def background(place: Place) -> AsyncIterator[Background]:
    """Commands in the background of a place, ended with the test."""
    given = Background(place)
    yield given
    for owner in ("turn", "other"):
        await given.commands.end(owner)


async def test_what_it_wrote_is_read_bit_by_bit(background: Background) -> None:
    started = await background.start("echo one; until [ -e go ]; do sleep 0.05; done; echo two; exit 3")
    pieces = aiter(started.running)
    assert await anext(pieces) == "one\n"
    piece, ended = background.commands.read("turn", started.id)
    assert (piece.text, ended) == ("one\n", None)
    (background.place.root / "go").touch()
    await started.running.wait()
    piece, ended = background.commands.read("turn", started.id, piece.next_offset)
    assert ended is not None
    assert (piece.text, ended.exit_code, ended.reason) == ("two\n", 3, "exited")


async def test_it_goes_on_beside_other_commands_until_it_is_stopped(background: Background) -> None:
    started = await background.start("sleep 81081")
    assert await background.place.says("echo beside") == "beside"
    assert processes_with("sleep 81081")
    assert (await background.commands.stop("turn", started.id)).reason == "stopped"
    assert (await background.commands.stop("turn", started.id)).reason == "stopped", "a second time changes nothing"
    assert gone("81081")


async def test_it_ends_with_its_owner(background: Background) -> None:
    await background.start("sleep 82082")
    kept = await background.start("sleep 83083", owner="other")
    await background.commands.end("turn")
    assert gone("82082")
    assert (background.commands.of("turn"), background.commands.of("other")) == ([], [kept])
    assert processes_with("sleep 83083")


async def test_it_ends_with_the_server(background: Background) -> None:
    started = await background.start("sleep 84084")
    await background.place.sandbox.stop()
    assert started.ended is not None
    assert gone("84084")


async def test_it_ends_when_its_time_is_up(background: Background) -> None:
    started = await background.start("sleep 85085", seconds=0.2)
    assert (await started.running.wait()).reason == "timed_out"


async def test_one_owner_has_only_so_many(background: Background) -> None:
    first = await background.start("sleep 86086")
    await background.start("sleep 86086")
    with pytest.raises(AppError) as refusal:
        await background.start("true")
    assert (refusal.value.status, refusal.value.code) == (429, "too_many_background_commands")
    await background.start("sleep 86086", owner="other")
    await background.commands.stop("turn", first.id)
    await background.start("sleep 86086")


async def test_those_that_ended_are_forgotten_at_last(background: Background) -> None:
    first = await background.start("true")
    for _ in range(33):
        await (await background.start("true")).running.wait()
    known = [command.id for command in background.commands.of("turn")]
    assert (len(known), first.id in known) == (32, False)


async def test_nobody_reaches_the_commands_of_another_owner(background: Background) -> None:
    started = await background.start("sleep 87087")
    for owner, command_id in (("other", started.id), ("turn", "cmd_missing")):
        with pytest.raises(AppError) as refusal:
            background.commands.read(owner, command_id)
        assert (refusal.value.status, refusal.value.code) == (404, "command_not_found")
        with pytest.raises(AppError):
            await background.commands.stop(owner, command_id)
    assert started.ended is None
