"""Peers: other gateways, each in its fastest form, installed on first use into a folder of their own."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.contenders import MODEL, Contender, MissingError, require
from bench.machine import GATEWAY_CORE, Process, answers, free_port, running

LITELLM = "litellm[proxy]==1.106.2"
_FOLDER = Path(__file__).parent
_LITELLM_HOME = _FOLDER / ".venv-litellm"
_PORTKEY_HOME = _FOLDER / ".venv-portkey"
_PORTKEY_FILES = _FOLDER / "portkey"


@contextlib.contextmanager
def litellm(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """LiteLLM's proxy without a database, logging errors only, over the same two channels."""
    folder = folder / "litellm"
    folder.mkdir()
    port = free_port()
    deployment = {"model": f"openai/{MODEL}", "api_base": f"{upstream_url}/v1", "api_key": "sk-x"}
    settings: dict[str, Any] = {
        "model_list": [{"model_name": MODEL, "litellm_params": deployment} for _ in range(2)],
        "general_settings": {"master_key": "sk-bench"},
        "litellm_settings": {"set_verbose": False, "telemetry": False},
    }
    config = folder / "config.yaml"
    config.write_text(json.dumps(settings))
    env = {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
    options = ["--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    command: list[str | Path] = [_litellm_executable(), "--config", config, *options]
    process = Process(command, core=GATEWAY_CORE, log=folder / "log", env=env)
    url = f"http://127.0.0.1:{port}"
    with running(process, lambda: answers(f"{url}/health/liveliness")):
        yield Contender("litellm", url, "sk-bench", process, patience=4)


@contextlib.contextmanager
def portkey(folder: Path, upstream_url: str) -> Iterator[Contender]:
    """Portkey's gateway, which is told by headers where to call and checks no keys."""
    folder = folder / "portkey"
    folder.mkdir()
    port = free_port()
    script = _portkey_script()
    command: list[str | Path] = ["node", "--import", _PORTKEY_FILES / "fetch.mjs", script]
    process = Process(
        [*command, f"--port={port}", "--headless"],
        core=GATEWAY_CORE,
        log=folder / "log",
        env={"NODE_ENV": "production"},
    )
    url = f"http://127.0.0.1:{port}"
    headers = {"x-portkey-provider": "openai", "x-portkey-custom-host": f"{upstream_url}/v1"}
    with running(process, lambda: answers(url)):
        yield Contender("portkey", url, "sk-x", process, patience=2, headers=headers)


def _litellm_executable() -> Path:
    """LiteLLM in a virtual environment of its own, made on first use."""
    executable = _LITELLM_HOME / "bin" / "litellm"
    if not executable.exists():
        print(f"installing {LITELLM} into {_LITELLM_HOME.name} (once, some minutes)…", flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", _LITELLM_HOME], check=True)
            subprocess.run([_LITELLM_HOME / "bin" / "pip", "install", "--quiet", LITELLM], check=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise MissingError(f"{LITELLM} could not be installed ({error}); --without litellm leaves it out") from None
    return executable


def _portkey_script() -> Path:
    """Portkey as its lock file has it, installed on first use."""
    require("npm", "npm")
    script = _PORTKEY_HOME / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    if not script.exists():
        print(f"installing Portkey into {_PORTKEY_HOME.name} (once)…", flush=True)
        _PORTKEY_HOME.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(_PORTKEY_FILES / name, _PORTKEY_HOME)
        try:
            subprocess.run(["npm", "ci", "--prefix", _PORTKEY_HOME, "--loglevel=error"], check=True)
        except subprocess.CalledProcessError as error:
            raise MissingError(f"Portkey could not be installed ({error}); --without portkey leaves it out") from None
    return script
