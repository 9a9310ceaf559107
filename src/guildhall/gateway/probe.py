"""Probe: try a channel and say in plain words what came of it. Nothing is stored and nothing is metered."""

import time
from contextlib import AbstractContextManager, nullcontext

import orjson

from guildhall.core.errors import AppError, UnavailableError, UpstreamError
from guildhall.core.secrets import Keyring
from guildhall.edge import wire
from guildhall.edge.answer import WholeAnswer
from guildhall.edge.call import Call, Target
from guildhall.edge.endpoints import CHAT, MODELS, Endpoint
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.forward import Forwarder
from guildhall.edge.upstream import Upstreams
from guildhall.gateway.schemas import TestOut
from guildhall.gateway.simulation import SimulatorProcess
from guildhall.gateway.tables import Channel, ChannelKey
from guildhall.gateway.targets import first_key, models_target_of, target_of

_QUESTION = "Say hello in one short sentence."
_SIMULATED = "[[say=Hello! This answer is simulated: no model was asked.]]"
_ANSWER_LENGTH = 200
_MODELS_LIMIT = 1000
_SIMULATOR_SECONDS = 10.0

_HINT = "Check the base URL: most end in /v1."
_WORDS = {
    "dns": "The host name could not be found. Check the base URL for typing mistakes.",
    "refused": "Nothing answers at this address. Is the server running, and is the port right?",
    "unreachable": "The address could not be reached. Check the base URL and the network.",
    "tls": "No secure connection could be made: the certificate does not fit the address, or it speaks plain http.",
    "connect_timeout": "The address did not accept a connection in time. Check the base URL and the firewall.",
    "first_byte_timeout": "The provider accepted the connection but did not answer in time.",
    "idle_timeout": "The provider began to answer and then fell silent.",
    "dropped": "The provider closed the connection before it had answered.",
    "protocol": "Whatever answers at this address does not speak HTTP.",
    "not_json": f"Something that is not a model API answered. {_HINT}",
    "key_refused": "The provider refused the key.",
    "not_found": f"The provider does not know this address or model. {_HINT}",
    "rate_limited": "The provider knows the key, but is limiting how often it may call. Try again later.",
    "payment_required": "The provider knows the key, but wants the account to be paid up.",
}
_BY_STATUS = {
    401: "key_refused",
    403: "key_refused",
    404: "not_found",
    405: "not_found",
    429: "rate_limited",
    402: "payment_required",
}


class Probe:
    """Tries channels, stored or not."""

    def __init__(
        self, forwarder: Forwarder, upstreams: Upstreams, keyring: Keyring, simulator: SimulatorProcess
    ) -> None:
        self._forwarder = forwarder
        self._upstreams = upstreams
        self._keyring = keyring
        self._simulator = simulator

    async def test(self, channel: Channel, key: ChannelKey | None = None) -> TestOut:
        """Ask the channel's first model to say hello; without models, ask which there are. With the given key, or the
        first that is in use.
        """
        with self._held(channel):
            return await self._test(channel, key or first_key(channel))

    async def fetch_models(self, channel: Channel) -> list[str]:
        """The models that the provider lists. Raises `AppError` in plain words."""
        with self._held(channel):
            return await self._fetch_models(channel)

    async def _test(self, channel: Channel, key: ChannelKey | None) -> TestOut:
        model = channel.models[0] if channel.models else None
        started = time.perf_counter()
        try:
            if model is None:
                names = await self._fetch_models(channel)
                return _well(None, started, None, f"The provider answered: it lists {len(names)} models.")
            await self._ready(channel)
            target = target_of(channel, key, model.upstream_model, self._keyring, self._simulator.url)
            answer = await self._ask(
                CHAT, target, _greeting(model.upstream_model, _SIMULATED if channel.simulated else _QUESTION)
            )
        except UpstreamFailure as failure:
            code, message = _explained(failure)
            return _ill(model.name if model else None, code, message)
        except AppError as error:
            return _ill(model.name if model else None, error.code, error.message)
        if answer.status >= 400:
            said = wire.error_words(answer.body)
            message = f"The provider refused the request: {said}" if said else "The provider refused the request."
            return _ill(model.name, "rejected_by_provider", message)
        words = _first_words(answer.body)
        if words is None:
            return _ill(model.name, "not_json", _WORDS["not_json"])
        return _well(model.name, started, words, "The provider answered.")

    async def _fetch_models(self, channel: Channel) -> list[str]:
        await self._ready(channel)
        target = models_target_of(channel, self._keyring, self._simulator.url)
        try:
            answer = await self._ask(MODELS, target, b"")
        except UpstreamFailure as failure:
            raise UpstreamError(*_explained(failure)) from failure
        names = _listed(answer.body) if answer.status < 300 else None
        if names is None:
            raise UpstreamError(
                "not_json", "The provider does not list its models in a form we know: name them yourself."
            )
        return names[:_MODELS_LIMIT]

    async def _ask(self, endpoint: Endpoint, target: Target, body: bytes) -> WholeAnswer:
        call = Call(endpoint)
        call.model = target.model
        call.body = body
        try:
            answer = await self._forwarder.attempt(call, target)
        finally:
            self._upstreams.drop(target)
        if not isinstance(answer, WholeAnswer):
            answer.close()
            raise UpstreamFailure("not_json", _WORDS["not_json"])
        return answer

    def _held(self, channel: Channel) -> AbstractContextManager[None]:
        """The simulator runs only while a channel wants it: trying one that is not stored yet starts it too."""
        return self._simulator.held() if channel.simulated else nullcontext()

    async def _ready(self, channel: Channel) -> None:
        if channel.simulated:
            await self._simulator.wait_until_up(_SIMULATOR_SECONDS)
            if self._simulator.url is None:
                raise UnavailableError("simulator_not_running", "The simulator could not be started.")


def _greeting(model: str, question: str) -> bytes:
    return orjson.dumps({"model": model, "messages": [{"role": "user", "content": question}]})


def _explained(failure: UpstreamFailure) -> tuple[str, str]:
    """A stable code and one or two plain sentences, with the provider's own words when it had any."""
    code = _BY_STATUS.get(failure.status or 0, failure.reason) if failure.reason == "status" else failure.reason
    message = _WORDS.get(code, failure.message)
    said = f" It said: {failure.said[:300]}" if failure.said else ""
    return ("provider_failed" if code == "status" else code), message + said


def _well(model: str | None, started: float, answer: str | None, message: str) -> TestOut:
    latency = round((time.perf_counter() - started) * 1000)
    return TestOut(ok=True, model=model, latency_ms=latency, answer=answer, code=None, message=message)


def _ill(model: str | None, code: str, message: str) -> TestOut:
    return TestOut(ok=False, model=model, latency_ms=None, answer=None, code=code, message=message)


def _first_words(body: bytes) -> str | None:
    """What the model said, or None when the answer is no completion."""
    try:
        message = orjson.loads(body)["choices"][0]["message"]
        text = message.get("content") or message.get("reasoning_content") or ""
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return None
    return text[:_ANSWER_LENGTH] if isinstance(text, str) else ""


def _listed(body: bytes) -> list[str] | None:
    """The names in a list of models, in OpenAI's and Anthropic's form or in Google's."""
    try:
        found = orjson.loads(body)
        names = [entry["name"] for entry in found["models"]] if "models" in found else None
        names = names or [entry["id"] for entry in found["data"]]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return None
    return [name.removeprefix("models/") for name in names if isinstance(name, str)]
