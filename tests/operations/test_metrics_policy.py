"""Who may read /metrics."""

import pytest

from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import Running


async def test_without_a_token_only_this_machine_and_its_network_may_read(make_settings: MakeSettings) -> None:
    settings = make_settings(trusted_proxies="127.0.0.1")
    async with product.serving(settings) as running, product.client(running.url) as http:
        assert (await http.get("/metrics")).status_code == 200
        for address, status in {"10.1.2.3": 200, "8.8.8.8": 403, "2606:4700::1": 403, "fd00::1": 200}.items():
            answer = await http.get("/metrics", headers={"x-forwarded-for": address})
            assert answer.status_code == status, address
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [("Bearer right", 200), ("Bearer wrong", 401), ("right", 401), ("", 401), ("Bearer \u00e4", 401)],
)
async def test_with_a_token_whoever_has_it_may_read(make_settings: MakeSettings, given: str, status: int) -> None:
    settings = make_settings(metrics_token="right")
    async with product.serving(settings) as running, product.client(running.url) as http:
        answer = await http.get("/metrics", headers={b"authorization": given.encode()} if given else {})
        assert answer.status_code == status
        assert "right" not in answer.text


async def test_the_metrics_name_the_version(server: Running) -> None:
    async with product.client(server.url) as http:
        assert 'guildhall_info{version="' in (await http.get("/metrics")).text
