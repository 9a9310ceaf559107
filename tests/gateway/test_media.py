"""Images and sound: OpenAI's SDK in front, the simulator behind."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from tests.gateway.providers import channel
from tests.gateway.test_endpoints import row_of

SOUND = ("talk.wav", b"RIFF" + b"\0" * 5000, "audio/wav")
PICTURE = ("dot.png", b"\x89PNG" + b"\0" * 500, "image/png")
TRANSCRIPTIONS = "/v1/audio/transcriptions"
MEGABYTE = 1024 * 1024


def form(*parts: tuple[str, bytes], boundary: str = "xyz", end: bytes = b"--xyz--\r\n") -> dict[str, Any]:
    """A form written by hand."""
    written = b"".join(
        b'--xyz\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), content)
        for name, content in parts
    )
    return {"content": written + end, "headers": {"content-type": f"multipart/form-data; boundary={boundary}"}}


# --- the SDK -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
async def test_the_sdk_makes_images(sdk: openai.AsyncOpenAI, raw: httpx.AsyncClient, model: str, db: Database) -> None:
    made = await sdk.images.generate(model=model, prompt="a lamp", n=2)
    assert made.data is not None
    assert [base64.b64decode(each.b64_json or "")[:4] for each in made.data] == [b"\x89PNG"] * 2
    edited = await sdk.images.edit(model=model, image=PICTURE, prompt="a brighter lamp")
    varied = await sdk.images.create_variation(model=model, image=PICTURE)
    assert edited.data
    assert varied.data
    answer = await raw.post("/v1/images/generations", json={"model": model, "prompt": "a lamp"})
    row = await row_of(db, answer)
    assert (row.endpoint, row.status, row.model) == ("/v1/images/generations", 200, model)
    assert row.output_tokens == answer.json()["usage"]["output_tokens"]


async def test_the_sdk_streams_images(sdk: openai.AsyncOpenAI, model: str) -> None:
    stream = await sdk.images.generate(model=model, prompt="a lamp", stream=True)
    events = [event async for event in stream]
    assert [event.type for event in events] == ["image_generation.completed"]


async def test_the_sdk_speaks(sdk: openai.AsyncOpenAI, model: str) -> None:
    spoken = await sdk.audio.speech.create(model=model, voice="alloy", input="Good day")
    assert spoken.content[:4] == b"RIFF"
    assert spoken.response.headers["content-type"] == "audio/wav"
    async with sdk.audio.speech.with_streaming_response.create(model=model, voice="alloy", input="Hi") as streamed:
        assert b"".join([piece async for piece in streamed.iter_bytes()]) == spoken.content


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
async def test_the_sdk_hears(sdk: openai.AsyncOpenAI, model: str) -> None:
    heard = await sdk.audio.transcriptions.create(model=model, file=SOUND)
    assert heard.text == "Simulated transcription by simulated-instant of 5004 bytes.", (
        "the model has its own name there"
    )
    plain: Any = await sdk.audio.transcriptions.create(model=model, file=SOUND, response_format="text")
    assert plain.strip() == heard.text
    translated = await sdk.audio.translations.create(model=model, file=SOUND)
    assert translated.text == heard.text


async def test_the_sdk_hears_as_it_comes(
    sdk: openai.AsyncOpenAI, raw: httpx.AsyncClient, model: str, db: Database
) -> None:
    stream = await sdk.audio.transcriptions.create(model=model, file=SOUND, stream=True)
    events = [event async for event in stream]
    assert events[-1].type == "transcript.text.done"
    answer = await raw.post(TRANSCRIPTIONS, data={"model": model, "stream": "true"}, files={"file": SOUND})
    row = await row_of(db, answer)
    assert row.stream
    assert row.output_tokens


async def test_a_form_of_unknown_length_passes(raw: httpx.AsyncClient, model: str) -> None:
    whole = form(("model", model.encode()), ("file", b"x" * 100_000))

    async def pieces() -> AsyncIterator[bytes]:
        content = whole["content"]
        for start in range(0, len(content), 7_001):
            yield content[start : start + 7_001]

    answer = await raw.post(TRANSCRIPTIONS, content=pieces(), headers=whole["headers"])
    assert answer.json()["text"].startswith("Simulated transcription by simulated-instant")


async def test_a_form_cut_into_single_bytes_passes(raw: httpx.AsyncClient, model: str) -> None:
    whole = form(("prompt", b"\r\n--xy"), ("model", model.encode()), ("file", b"\r\n--xy" * 20))

    async def pieces() -> AsyncIterator[bytes]:
        for byte in whole["content"]:
            yield bytes([byte])

    answer = await raw.post(TRANSCRIPTIONS, content=pieces(), headers=whole["headers"])
    assert answer.status_code == 200, answer.text


# --- odd input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_of", "code"),
    [
        (lambda _: form(("file", b"x")), "missing_field"),
        (lambda _: form(("model", b"")), "missing_field"),
        (lambda m: form(("file", b"x" * 2 * MEGABYTE), ("model", m)), "missing_field"),
        (lambda m: form(("model", m), end=b""), "invalid_multipart"),
        (lambda m: form(("model", m), end=b"--xyz"), "invalid_multipart"),
        (lambda m: form(("model", m), ("file", b"x"), ("model", b"another")), "invalid_multipart"),
        (lambda m: form(("model", m), ("file", b"x" * 3 * MEGABYTE), ("model", b"another")), "invalid_multipart"),
        (lambda m: form(("model", m), boundary=""), "invalid_multipart"),
        (lambda m: form(("model", m), boundary='"'), "invalid_multipart"),
        (lambda m: form(("model", m), boundary="xyz; boundary=abc"), "invalid_multipart"),
        (lambda m: form(("model", m), boundary="other"), "invalid_multipart"),
        (lambda _: form(("model", b"x" * 5000)), "invalid_field"),
        (lambda _: form(("model", b"\xff")), "invalid_field"),
        (lambda _: form(("model", b"nul\0")), "invalid_field"),
        (lambda _: form(end=b"--xyz\r\nContent-Disposition: " + b"x" * 50_000), "invalid_multipart"),
        (lambda _: form(end=b"--xyzoops"), "invalid_multipart"),
        (lambda _: form(end=b""), "invalid_multipart"),
        (lambda _: form(("model", b"no-such-model")), "model_not_found"),
    ],
)  # fmt: skip
async def test_odd_forms_are_refused(raw: httpx.AsyncClient, model: str, request_of: Any, code: str) -> None:
    answer = await raw.post(TRANSCRIPTIONS, **request_of(model.encode()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404 if code == "model_not_found" else 400, code)
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("path", "more", "status", "code"),
    [
        ("/v1/images/generations", {"files": {"image": PICTURE}}, 415, "unsupported_media_type"),
        ("/v1/audio/speech", {"files": {"file": SOUND}}, 415, "unsupported_media_type"),
        (TRANSCRIPTIONS, {"json": {"model": "m"}}, 415, "unsupported_media_type"),
        ("/v1/images/generations", {"json": {"model": "m"}}, 400, "missing_field"),
        ("/v1/images/edits", {"json": {"prompt": "p"}}, 400, "missing_field"),
        ("/v1/audio/speech", {"content": b"{"}, 400, "invalid_json"),
    ],
)
async def test_what_is_written_otherwise_is_refused(
    raw: httpx.AsyncClient, model: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    answer = await raw.post(path, **more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_an_upload_that_is_too_large_is_a_413(raw: httpx.AsyncClient, model: str) -> None:
    whole = form(("model", model.encode()), ("file", b"x" * 65 * MEGABYTE))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(whole["content"]), MEGABYTE):
            yield whole["content"][start : start + MEGABYTE]

    told = await raw.post(TRANSCRIPTIONS, **whole)
    assert (told.status_code, told.json()["error"]["code"]) == (413, "request_too_large")
    met = await raw.post(TRANSCRIPTIONS, content=pieces(), headers=whole["headers"])
    assert (met.status_code, met.json()["error"]["code"]) == (413, "request_too_large")


async def test_a_model_without_images_says_so(admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Any) -> None:
    name = new_id("m")
    body = channel(name, simulator.url, name, kind="anthropic", api_key="sk-0123456789abcdef")
    assert (await admin.post("/api/v1/gateway/channels", json=body)).status_code == 201
    answer = await raw.post("/v1/images/generations", json={"model": name, "prompt": "a lamp"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unsupported_endpoint")
