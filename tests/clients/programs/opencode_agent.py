"""opencode, each task one `opencode run` in a folder of its own, with the gateway as its only provider.

Its environment keeps it from fetching anything: lists of models, updates, plug-ins, language servers.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tasks import URL, Task, serve

PROGRAM = os.environ["OPENCODE"]


class APIError(Exception):
    """What opencode calls a provider's refusal."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told.get("message"))
        self.status_code = told.get("statusCode")


def configuration(task: Task) -> dict[str, Any]:
    """opencode.json as the guide has it, for one model and without the tools that could leave the folder."""
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Guildhall",
        "options": {"baseURL": f"{URL}/v1", "apiKey": task.key},
        "models": {task.model: {"name": task.model, "reasoning": True, "limit": {"context": 128000, "output": 8192}}},
    }
    return {
        "autoupdate": False,
        "share": "disabled",
        "model": f"guildhall/{task.model}",
        "small_model": f"guildhall/{task.model}",
        "enabled_providers": ["guildhall"],
        "provider": {"guildhall": provider},
        "permission": {"edit": "allow", "bash": "deny", "webfetch": "deny", "external_directory": "deny"},
    }


def run(task: Task, folder: Path) -> list[dict[str, Any]]:
    """The events of one run. Raises `APIError` when the provider refused."""
    home, work = folder / "home", folder / "work"
    home.mkdir()
    work.mkdir()
    homes = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    env = os.environ | homes | {"HOME": str(home), "OPENCODE_CONFIG_CONTENT": json.dumps(configuration(task))}
    done = subprocess.run(
        [PROGRAM, "run", "--format", "json", "--thinking", "--title", "A test", task.text],
        cwd=work,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=140,
    )
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for event in events:
        if event["type"] == "error" and event["error"]["name"] == "APIError":
            raise APIError(event["error"]["data"])
    if not events:
        raise RuntimeError(f"opencode said nothing:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return events


def stream(task: Task) -> dict[str, Any]:
    """An answer, which opencode always has streamed, with its usage."""
    with tempfile.TemporaryDirectory() as folder:
        events = run(task, Path(folder))
    texts = [event["part"]["text"] for event in events if event["type"] == "text"]
    used = [event["part"]["tokens"] for event in events if event["type"] == "step_finish"][-1]
    return {"text": "".join(texts), "pieces": 2, "input": used["input"], "output": used["output"]}


def thinking(task: Task) -> dict[str, Any]:
    """What the model thinks before it answers."""
    with tempfile.TemporaryDirectory() as folder:
        events = run(task, Path(folder))
    parts = {kind: "".join(e["part"]["text"] for e in events if e["type"] == kind) for kind in ("reasoning", "text")}
    return {"thinking": parts["reasoning"], "text": parts["text"]}


def file_written(task: Task) -> dict[str, Any]:
    """The file that a tool of opencode's has written, and what the model says after it."""
    with tempfile.TemporaryDirectory() as folder:
        events = run(task, Path(folder))
        files = {path.name: path.read_text() for path in (Path(folder) / "work").iterdir() if path.is_file()}
    tools = [
        [event["part"]["tool"], event["part"]["state"]["status"]] for event in events if event["type"] == "tool_use"
    ]
    text = "".join(event["part"]["text"] for event in events if event["type"] == "text")
    return {"files": files, "tools": tools, "after": text}


if __name__ == "__main__":
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    serve(version, {"stream": stream, "whole": stream, "thinking": thinking, "file_written": file_written})
