"""What survives when the server is killed while files are written, and when folders are swapped for links meanwhile."""

import asyncio
import contextlib
import os
import random
import shutil
import threading
import time
from pathlib import Path

import httpx
import pytest

from guildhall.core.errors import AppError
from guildhall.workspaces import beneath
from guildhall.workspaces.safe_files import SafeFiles
from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.workspaces.desk import begin, names, read, versions, write

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
EMAIL = "first@example.org"
WRITERS = 4


async def test_after_kill_9_every_acknowledged_file_is_whole(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    acknowledged = [0] * WRITERS
    desk = ""
    for round_ in range(2):
        async with product.launch(settings) as hall, product.client(hall.url) as http:
            await _sign_in(http, is_new=round_ == 0)
            desk = desk or await begin(http)
            await _is_whole(http, desk, acknowledged)
            writers = [asyncio.create_task(_write(http, desk, number, acknowledged)) for number in range(WRITERS)]
            await asyncio.sleep(random.uniform(0.3, 1.2))  # any moment will do
            hall.kill()
            await asyncio.gather(*writers)
    assert sum(acknowledged) > WRITERS


def _text(number: int, step: int) -> str:
    return f"{number}:{step}\n" * 5000


async def _sign_in(http: httpx.AsyncClient, *, is_new: bool) -> None:
    asked = {"email": EMAIL, "password": product.PASSWORD}
    if is_new:
        answer = await http.post("/api/v1/auth/register", json=asked | {"name": "First"})
    else:
        answer = await http.post("/api/v1/auth/login", json=asked)
    http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


async def _write(http: httpx.AsyncClient, desk: str, number: int, acknowledged: list[int]) -> None:
    while True:
        step = acknowledged[number] + 1
        try:
            answer = await write(http, desk, f"f{number}.txt", _text(number, step))
        except httpx.HTTPError:
            return
        assert answer.status_code == 200, answer.text
        acknowledged[number] = step


async def _is_whole(http: httpx.AsyncClient, desk: str, acknowledged: list[int]) -> None:
    """Each file is what was acknowledged last, or what was being written; and so say its versions."""
    assert (await http.post(f"{desk}/rescan")).status_code == 200
    for number, step in enumerate(acknowledged):
        if step:
            found = await read(http, desk, f"f{number}.txt")
            assert found["text"] in {_text(number, step), _text(number, step + 1)}
            if found["text"] == _text(number, step + 1):
                acknowledged[number] = step + 1
            assert (await versions(http, desk, f"f{number}.txt"))[0]["etag"] == found["etag"]
    assert all(name.endswith(".txt") for name in await names(http, desk))


@pytest.mark.parametrize("opener", [beneath.by_kernel, beneath.by_names])
def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(tmp_path: Path, opener: beneath.Opener) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside):
        folder.mkdir()
    (outside / "secret").write_bytes(b"secret")
    stopping = threading.Event()

    def swap() -> None:
        here = root / "here"
        while not stopping.is_set():
            with contextlib.suppress(FileExistsError):  # a writer has made the folder
                here.symlink_to(outside)
            if here.is_symlink():
                here.unlink()
            else:
                shutil.rmtree(here, ignore_errors=True)

    swapper = threading.Thread(target=swap)
    swapper.start()
    files, done, tried, until = SafeFiles(root, opener), 0, 0, time.monotonic() + 60
    try:
        while tried < 1000 or (done == 0 and time.monotonic() < until):
            tried += 1
            for way in (
                lambda name=f"here/{tried}": files.write(name, b"mine"),
                lambda: files.read("here/secret", 100),
                lambda: files.remove("here/secret"),
            ):
                try:
                    way()
                    done += 1
                except AppError:
                    continue
    finally:
        stopping.set()
        swapper.join()
    assert done > 0
    assert os.listdir(outside) == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"
