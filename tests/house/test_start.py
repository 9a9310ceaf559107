"""Starting and stopping the product as its own process."""

import asyncio
import os
import resource
import subprocess
import sys

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


async def test_a_later_start_costs_little_more_than_loading_the_code(databases: Databases) -> None:
    """Under 3 s on an idle machine; here in processor time, against a peer that has the same neighbours."""
    ratios = []
    with databases.settings("embedded", port=processes.free_port()) as settings:
        for _ in range(3):
            before = _processor_seconds()
            await asyncio.to_thread(subprocess.run, [sys.executable, "-c", "import dbos, guildhall.app"], check=True)
            loaded = _processor_seconds()
            async with product.launch(settings):
                pass
            ratios.append((_processor_seconds() - loaded) / (loaded - before))
    assert min(ratios) < 1.5, ratios


def test_the_code_of_others_was_compiled_when_it_was_installed() -> None:
    """Else each start compiles it, which doubles its time, where Python may not write bytecode."""
    program = """
import os, sys, guildhall.cli
specs = [spec for module in list(sys.modules.values()) if (spec := getattr(module, "__spec__", None))]
others = [spec for spec in specs if "site-packages" in (spec.origin or "") and spec.cached]
print(len(others), *(spec.name for spec in others if not os.path.exists(spec.cached)))
"""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    count, *slow = found.stdout.split()
    assert int(count) > 500
    assert slow == []


def _processor_seconds() -> float:
    """What the ended children of this process have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
