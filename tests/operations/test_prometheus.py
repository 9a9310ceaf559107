"""What Prometheus is told: rules and dashboards speak only of figures that the running product gives, and work."""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.gateway.providers import channel, eventually, simulating
from tests.house.repository import ROOT
from tests.services import processes
from tests.services.product import Running

FOLDER = ROOT / "deploy" / "prometheus"
RULES: dict[str, Any] = yaml.safe_load((FOLDER / "rules.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana" / "guildhall.json").read_text())
_NAME = re.compile(r"\b((?:guildhall|process)_[a-z_0-9]+)\b")
_OURS = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)


def program(name: str) -> str:
    """The path of one of Prometheus's programs; tests never go without."""
    found = shutil.which(name)
    assert found, f"{name} is not installed: run `make test`, or apt-get install prometheus"
    return found


def expressions() -> Iterator[str]:
    """Every query of the rules and of the dashboard."""
    for group in RULES["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


async def exposed(http: httpx.AsyncClient) -> set[str]:
    """Names of the series that the product gives."""
    names = set()
    for name, kind in _OURS.findall((await http.get("/metrics")).text):
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


async def test_rules_and_dashboard_speak_of_what_is_there(http: httpx.AsyncClient) -> None:
    there = await exposed(http)
    asked = {name for expression in expressions() for name in _NAME.findall(expression)}
    assert len(asked) > 20
    assert asked - there == set()


@pytest.mark.slow
async def test_labels_are_few_whatever_is_asked_for(server: Running, http: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as nobody:
        for number in range(50):
            await nobody.get(f"/api/v1/chat/sessions/se_{number}")
            await nobody.get(f"/nowhere/{number}")
            await nobody.post(
                "/v1/chat/completions", json={"model": f"m{number}"}, headers={"authorization": "Bearer x"}
            )
            await nobody.request(f"BREW{number}", "/api/v1/me")
    text = (await http.get("/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("guildhall")]
    assert not [line for line in lines if re.search(r"se_\d|nowhere|m\d\d|BREW", line)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "rules.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "rules.test.yml")],
)
def test_promtool_is_content(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([program("promtool"), *arguments], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_every_rule_that_alerts_is_tried() -> None:
    tried = yaml.safe_load((FOLDER / "rules.test.yml").read_text())["tests"]
    names = {case["alertname"] for test in tried for case in test.get("alert_rule_test", []) if case["exp_alerts"]}
    assert names == {rule["alert"] for group in RULES["groups"] for rule in group["rules"] if "alert" in rule}


@contextlib.asynccontextmanager
async def prometheus(product: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A real Prometheus with our rules that scrapes the product every second."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(FOLDER / "rules.yml")]
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [product.removeprefix("http://")]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = processes.free_port()
    options = ("--config.file", folder / "prometheus.yml", "--storage.tsdb.path", folder / "tsdb")
    child = processes.start(
        [program("prometheus"), *options, f"--web.listen-address=127.0.0.1:{port}"], folder / "prometheus.log"
    )
    with processes.running(child):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as http:

            async def is_up() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    found = await http.get("/api/v1/query", params={"query": 'up{job="guildhall"} == 1'})
                    return found.status_code == 200 and bool(found.json()["data"]["result"])
                return False

            try:
                await eventually(is_up, 30)
            except TimeoutError:
                raise processes.DidNotStartError(child.output()[-4000:]) from None
            yield http


@pytest.mark.slow
async def test_every_query_works_on_a_real_prometheus(
    server: Running, admin: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with simulating() as simulator, prometheus(server.url, tmp_path) as found:
        created = await admin.post("/api/v1/gateway/channels", json=channel("watched", simulator.url, "watched"))
        key = (await admin.post("/api/v1/keys", json={"name": "watched"})).json()["key"]
        async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=20) as http:
            body = {"model": "watched", "messages": [{"role": "user", "content": "hi"}]}
            for _ in range(4):
                answer = await http.post("/v1/chat/completions", json=body, headers={"authorization": f"Bearer {key}"})
                assert answer.status_code == 200, answer.text
                await asyncio.sleep(1)
        empty = []
        for panel in DASHBOARD["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$instance", ".*").replace("$__rate_interval", "1m")
                answer = await found.get("/api/v1/query", params={"query": query})
                assert answer.json()["status"] == "success", (panel["title"], answer.text)
                if not answer.json()["data"]["result"]:
                    empty.append(panel["title"])
        await admin.delete(f"/api/v1/gateway/channels/{created.json()['id']}")
        rules = (await found.get("/api/v1/rules")).json()["data"]["groups"][0]["rules"]
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    # Nothing of these has happened in this product, or not since it was first scraped.
    assert set(empty) <= {"Chat turns", "Refused sign-ins", "Runs of jobs"}
