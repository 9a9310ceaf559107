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


async def test_the_second_start_takes_less_than_3_seconds(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings):
        pass
    started = time.monotonic()
    async with product.launch(settings):
        taken_seconds = time.monotonic() - started
    assert taken_seconds < 3
