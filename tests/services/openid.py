"""A real OpenID provider of the tests' own: npm's certified `oidc-provider`, installed with the web app's tools."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from tests.services import processes

_SCRIPT = Path(__file__).with_name("openid.mjs")


@dataclass(frozen=True)
class OpenId:
    """A running provider, and what a hall has to know of it."""

    issuer: str
    client_id: str = "guildhall"
    client_secret: str = "secret-of-the-hall"


@contextlib.contextmanager
def provider(folder: Path) -> Iterator[OpenId]:
    """A provider on a free port; its log is in `folder`."""
    node = shutil.which("node")
    if node is None or not (_SCRIPT.parents[2] / "web/node_modules/oidc-provider").exists():
        raise processes.DidNotStartError("There is no OpenID provider for the tests: run `make test`.")
    port = processes.free_port()
    child = processes.start([node, _SCRIPT, str(port)], folder / "openid.log")
    with processes.running(child):
        processes.wait_until(lambda: "ready" in child.output(), child)
        yield OpenId(f"http://127.0.0.1:{port}")


async def visit(http: httpx.AsyncClient, start: str, *, person: str) -> httpx.Response:
    """Walk from a hall's link through the provider's pages, as `person`, to where the hall sends the browser on.

    `person` is `name|address`, with `|unverified` when the provider has not verified the address.
    """
    answer = await http.get(start)
    while True:
        if answer.is_redirect:
            target = urljoin(str(answer.url), answer.headers["location"])
            if "/callback?" in target:
                return await http.get(target)
            answer = await http.get(target)
            continue
        form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        assert form is not None, answer.text[:2000]
        assert prompt is not None, answer.text[:2000]
        fields = {"prompt": prompt.group(1)}
        if fields["prompt"] == "login":
            fields |= {"login": person, "password": "any"}
        answer = await http.post(urljoin(str(answer.url), form.group(1)), data=fields)
