"""Every route of the OpenAPI document under generated requests: never a 5xx, and only answers that it describes.

Schemathesis makes the requests, valid and invalid ones, from the document of a running product, the same each time.
"""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from guildhall.core.db import Database
from guildhall.core.settings import Settings
from tests.assurance.estate import made_by
from tests.chat.talk import connect_simulator
from tests.conftest import MakeSettings
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)
# They would end the sign-in that the requests are made with, or stop the product's own clock and door.
LEFT_OUT = [
    "DELETE /api/v1/me",
    "DELETE /api/v1/me/sign-ins",
    "DELETE /api/v1/me/sign-ins/{sign_in_id}",
    "POST /api/v1/me/password",
    "PUT /api/v1/configuration/{name}",
    "POST /api/v1/configuration/import",
]
SECONDS = 30
ROLES = {
    "embedded": ("admin", "member"),
    "scaled": ("admin",),
}  # who may ask less is refused before any database is asked
# Routes that ask another system: 502 to 504 are its failures, told in words. Whatever fails here is in the log as well.
_CONFIGURATION = """
[[operations]]
include-path-regex = "^/v1/(?!models|responses/)|^/api/v1/gateway/channels|^/api/v1/operations/alerts/channels"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 502, 503, 504]
"""


async def _generous(admin: httpx.AsyncClient) -> None:
    """No limit on how often the API may be called gets in the way."""
    for name, fields in {
        "limits": {"api_calls_per_user": 1_000_000, "api_calls_per_address": 1_000_000},
        "accounts": {"guests": True},
    }.items():
        held = (await admin.get(f"/api/v1/configuration/{name}")).json()
        body = {"revision": held["revision"], "value": held["value"] | fields}
        assert (await admin.put(f"/api/v1/configuration/{name}", json=body)).status_code == 200


def schemathesis(url: str, token: str, folder: Path, examples: int) -> subprocess.CompletedProcess[str]:
    """Ask everything the document describes, as the person of this token."""
    left_out = "^(" + "|".join(re.escape(name) for name in LEFT_OUT) + ")$"
    (folder / "schemathesis.toml").write_text(_CONFIGURATION)
    command = [
        Path(sys.executable).with_name("schemathesis"),
        *("run", f"{url}/openapi.json", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", str(examples), "--seed", "7", "--generation-deterministic", "--max-time", str(SECONDS)),
        *("--continue-on-failure", "--request-timeout", "10", "--exclude-name-regex", left_out, "--workers", "1"),
        *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        *("-H", f"Authorization: Bearer {token}"),
    ]
    return subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS * 3
    )


async def test_generated_requests_get_documented_answers_only(
    make_settings: MakeSettings, tmp_path: Path, mode: str
) -> None:
    for role in ROLES[mode]:
        (tmp_path / role).mkdir()
        result, errors = await _asked(make_settings(port=processes.free_port()), tmp_path / role, role)
        found = re.search(r"(\d+) generated", result.stdout)
        print(f"as {role}: {found.group(0) if found else '?'} requests")  # noqa: T201 - the figure
        assert result.returncode == 0, "\n".join([result.stdout[-12_000:], result.stderr[-2000:], *errors[:5]])
        assert not errors, "\n".join(errors[:5])


async def _asked(settings: Settings, folder: Path, role: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """How it went with a hall of its own, and the errors in its log."""
    async with (
        product.launch(settings) as hall,
        product.signed_in(hall.url, "a@example.org", "A") as admin,
        product.signed_in(hall.url, "b@example.org", "B") as member,
    ):
        await _generous(admin)
        await connect_simulator(admin)
        db = Database(settings)
        await made_by(member, admin, db)
        await db.close()
        asker = admin if role == "admin" else member
        token = asker.headers["authorization"].removeprefix("Bearer ")
        result = await asyncio.to_thread(schemathesis, hall.url, token, folder, 20)
        return result, [line for line in hall.output().splitlines() if "[error" in line]
