"""Logs: one line an event, that machines and people can read, with who and which request, and never a secret."""

import json

import pytest

from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.services.product import PASSWORD


@pytest.mark.slow
@pytest.mark.parametrize("log_format", ["json", "text"])
async def test_lines_name_request_and_person_and_hold_no_secret(make_settings: MakeSettings, log_format: str) -> None:
    settings = make_settings(log_format=log_format, log_level="debug", port=processes.free_port())
    async with product.launch(settings) as running:
        async with product.signed_in(running.url, "ada@example.org", "Ada") as http:
            me = await http.get("/api/v1/me", headers={"x-request-id": "mine-1"})
            key = (await http.post("/api/v1/keys", json={"name": "logs"})).json()["key"]
            login = {"email": "ada@example.org", "password": "wrong password"}
            assert (await http.post("/api/v1/auth/login", json=login)).status_code == 401
            hook = {"name": "h", "kind": "webhook", "target": "http://127.0.0.1:1/tok-en", "secret": "hook-secret"}
            await http.post("/api/v1/operations/alerts/channels/test", json=hook | {"private": True})
            await http.get("/v1/models", headers={"authorization": f"Bearer {key}"})
            token = http.headers["authorization"].split()[1]
        assert await running.stop() == 0
    text = running.output()
    for secret in (PASSWORD, "wrong password", key, token, "hook-secret", "tok-en"):
        assert secret not in text
    request_id = me.headers["x-request-id"]
    (line,) = [line for line in text.splitlines() if request_id in line]
    assert me.json()["id"] in line
    assert "mine-1" in line
    if log_format == "json":
        found = json.loads(line)
        assert (found["event"], found["route"], found["status"]) == ("request", "/api/v1/me", 200)
        lines = [one for one in text.splitlines() if one.startswith("{")]
        assert len(lines) > 8
        assert all(json.loads(one)["timestamp"] for one in lines)
