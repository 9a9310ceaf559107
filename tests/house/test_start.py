"""Starting and stopping the product as its own process."""

import resource

import pytest

from guildhall import __version__
from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.services.databases import Databases

pytestmark = pytest.mark.slow


async def test_serve_answers_and_ends_with_0_on_sigterm(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as served, product.client(served.url) as http:
        health = await http.get("/healthz")
        assert health.json() == {"status": "ok", "version": __version__}
        assert await served.stop() == 0
    assert "Traceback" not in served.output()


async def test_a_later_start_is_quick(databases: Databases) -> None:
    """Under 3 s on an idle machine; here in processor time, with room for neighbours who share the caches."""
    taken_seconds = []
    with databases.settings("embedded", port=processes.free_port()) as settings:
        for _ in range(3):
            before = _processor_seconds()
            async with product.launch(settings):
                pass
            taken_seconds.append(_processor_seconds() - before)
    assert min(taken_seconds[1:]) < 4


def _processor_seconds() -> float:
    """What the ended children of this process have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
