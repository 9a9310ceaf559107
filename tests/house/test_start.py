"""Starting and stopping the product as its own process."""

import time

import pytest

from guildhall import __version__
from tests.conftest import MakeSettings
from tests.services import processes, product

pytestmark = pytest.mark.slow


async def test_serve_answers_and_ends_with_0_on_sigterm(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as served, product.client(served.url) as http:
        health = await http.get("/healthz")
        assert health.json() == {"status": "ok", "version": __version__}
        assert await served.stop() == 0
    assert "Traceback" not in served.output()


async def test_a_later_start_takes_less_than_3_seconds(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    taken_seconds = []
    for _ in range(3):  # the best counts: other work on this machine slows some
        started = time.monotonic()
        async with product.launch(settings):
            taken_seconds.append(time.monotonic() - started)
    assert min(taken_seconds) < 3
