"""The guide's examples for programs run as they are printed, with the address and the key of a real hall."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.clients.catalogue import NODE_MODULES, OPENCODE, PYTHON, installed
from tests.clients.conftest import Hall
from tests.clients.line import environment
from tests.house import repository

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
_BLOCK = re.compile(r"^```(python|js|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGES = ("docs/guide/gateway.md", "docs/guide/gateway.zh.md")
_OF_OUR_OWN = re.compile(r"^(from|import) (openai|anthropic)\b", re.MULTILINE)


def _examples(language: str) -> list[tuple[str, str]]:
    """Every example with an address in it, and the page it is on."""
    found = [(page, *block) for page in _PAGES for block in _BLOCK.findall(repository.read(page))]
    return [(page, code) for page, written_in, code in found if written_in == language and "127.0.0.1:8000" in code]


def _filled(code: str, hall: Hall) -> str:
    return code.replace("http://127.0.0.1:8000", hall.url).replace("gh-…", hall.key)


async def _printed(command: list[str], folder: Path, env: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), 150)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()[-3000:]
    return out.decode()


def _is_answered(text: str) -> bool:
    return "Simulated answer" in text or "模拟回答" in text


def test_the_guide_has_an_example_for_every_client() -> None:
    assert [len(_examples(language)) for language in ("python", "js", "json")] == [8, 2, 2]
    assert len({code for _, code in _examples("json")}) == 1


@pytest.mark.parametrize(("page", "code"), _examples("python"))
async def test_a_python_example_prints_an_answer(hall: Hall, page: str, code: str, tmp_path: Path) -> None:
    python = sys.executable if _OF_OUR_OWN.search(code) else installed(PYTHON)
    code = _filled(code, hall) if "print(" in code else f"{_filled(code, hall)}\nprint(answer.content[0].text)\n"
    env = environment(hall.url) | {"PYTHONIOENCODING": "utf-8"}
    assert _is_answered(await _printed([python, "-c", code], tmp_path, env))


@pytest.mark.parametrize(("page", "code"), _examples("js"))
async def test_the_node_example_prints_an_answer(hall: Hall, page: str, code: str) -> None:
    command = ["node", "--input-type=module", "-e", _filled(code, hall)]
    folder = Path(installed(NODE_MODULES)).parent
    assert _is_answered(await _printed(command, folder, environment(hall.url)))


@pytest.mark.parametrize(("page", "code"), _examples("json")[:1])
async def test_opencode_answers_as_the_guide_configures_it(hall: Hall, page: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "opencode.json").write_text(_filled(code, hall))
    env = environment(hall.url) | {"HOME": str(tmp_path / "home"), "GUILDHALL_KEY": hall.key, "PWD": str(tmp_path)}
    os.mkdir(env["HOME"])
    assert _is_answered(await _printed([installed(OPENCODE), "run", "Hello!"], tmp_path, env))
