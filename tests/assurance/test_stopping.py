"""A server that is told to stop while people follow streams: it says so, they go on elsewhere, and it ends with 0."""

import asyncio
import json
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.chat import talk
from tests.conftest import MakeSettings
from tests.followers import CARRIERS, following
from tests.services import processes, product
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]
RESTARTING = 1012


async def test_open_streams_of_every_kind_hold_up_a_stop_for_no_longer_than_it_takes_to_say_so(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings(port=processes.free_port(), drain_seconds=10.0)
    async with product.launch(settings) as hall, product.signed_in(hall.url, "a@example.org", "A") as http:
        stream = f"chat.session.{await talk.begin(http, None)}"
        async with (
            following(CARRIERS[0], http, stream),
            following(CARRIERS[1], http, stream),
            following(CARRIERS[2], http, stream),
        ):
            began = time.monotonic()
            assert await hall.stop() == 0
            seconds = time.monotonic() - began
    print(f"stopped with a socket, an event stream and a long poll open: {seconds:.1f} s")  # noqa: T201 - the figure
    assert seconds < 8, hall.output()
    assert "Traceback" not in hall.output()


async def test_a_socket_is_told_that_the_server_restarts(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with (
        product.launch(settings) as hall,
        product.signed_in(hall.url, "a@example.org", "A") as http,
        listening(http) as listener,
    ):
        stopping = asyncio.create_task(hall.stop())
        with pytest.raises(ConnectionClosed) as closed:
            await listener.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == RESTARTING
        assert await stopping == 0


async def test_an_upload_that_takes_longer_than_the_stop_is_refused_in_words_and_goes_on_later(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings(port=processes.free_port(), drain_seconds=2.0)
    async with product.launch(settings) as hall, product.signed_in(hall.url, "a@example.org", "A") as http:
        workspace = (await http.post("/api/v1/workspaces", json={"name": "W"})).json()["id"]
        place = f"/api/v1/workspaces/{workspace}/uploads"
        upload = (await http.post(place, json={"path": "a.bin", "size": 8_000_000})).json()["id"]
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        head = f"PUT {place}/{upload}?offset=0 HTTP/1.1\r\nhost: a\r\ncontent-length: 8000000\r\n"
        writer.write(f"{head}authorization: {http.headers['authorization']}\r\n\r\n".encode() + b"x" * 300_000)
        async with asyncio.timeout(20):
            while not (settings.data_dir / "workspaces" / workspace / "uploads" / upload).exists():  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.05)
        assert await hall.stop() == 0
        answer, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert json.loads(body)["error"]["code"] == "server_stopping"
        assert "Traceback" not in hall.output()
        async with product.launch(settings):
            assert (await http.get(f"{place}/{upload}")).json()["offset"] == 300_000
