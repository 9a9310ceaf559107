"""`/readyz`: each thing that a server needs is looked at, and one that fails is named."""

import httpx
from pydantic import SecretStr

from guildhall.core.secrets import new_key
from tests.conftest import MakeSettings
from tests.services import product

PARTS = ("database", "schema_version", "events", "jobs", "secrets")


async def failing(http: httpx.AsyncClient) -> list[str]:
    """The parts that failed, having looked whether the answer's status says the same."""
    answer = await http.get("/readyz")
    found = answer.json()
    assert set(found) == {"status", *PARTS}
    failed = [part for part in PARTS if found[part] == "failed"]
    assert (answer.status_code, found["status"]) == ((503, "failed") if failed else (200, "ok"))
    return failed


async def test_a_server_that_has_all_it_needs_is_ready(http: httpx.AsyncClient) -> None:
    assert await failing(http) == []


async def test_a_server_without_the_key_of_a_stored_secret_is_not_ready(make_settings: MakeSettings) -> None:
    settings = make_settings(secret_keys=new_key())
    async with product.serving(settings) as running, product.signed_in(running.url, "a@example.org", "A") as admin:
        channel = {"name": "Upstream", "kind": "openai", "api_key": "sk-1234567890abcdef", "models": [{"name": "m"}]}
        assert (await admin.post("/api/v1/gateway/channels", json=channel)).status_code == 201
        assert await failing(admin) == []
    strange = settings.model_copy(update={"secret_keys": SecretStr(new_key())})
    async with product.serving(strange) as running, product.client(running.url) as http:
        assert await failing(http) == ["secrets"]


async def test_a_server_whose_job_engine_has_ended_is_not_ready(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings()) as running, product.client(running.url) as http:
        await running.app.hall.jobs.stop()
        assert await failing(http) == ["jobs"]
