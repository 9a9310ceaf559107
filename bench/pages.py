"""W1 and C2 in the browser: the chat at first load, a session of ten thousand messages, an answer as it grows.

In headless Chromium, against a server with SQLite. `pages.mjs` drives the browser and measures inside of it; the times
are medians, from the press of the mouse or the key to the moment when it can be seen.
"""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.contenders import MissingError, require, require_cores
from bench.hall import furnish, person, served, sign_in_of
from bench.machine import NotReadyError
from bench.stored_sessions import StoredSessions
from bench.verdict import Line, tell
from guildhall.core.db import Database
from guildhall.core.settings import Settings

_SHORT, _GROWING, _LONG = 2, 200, 10_000
_SCRIPT = Path(__file__).with_name("pages.mjs")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_SECONDS = 300


def run(*, short: bool) -> int:
    """Measure; 1 when something takes too long, 2 when the browser is missing."""
    try:
        require_cores(2)
        require("taskset", "util-linux")
        require("node", "Node 20")
        with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder, served(Path(folder)) as (url, _):
            settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
            sessions = asyncio.run(_filled(url, settings))
            found = _looked(url, sessions, rounds=3 if short else 12)
    except (MissingError, NotReadyError) as error:
        print(f"bench: {error}")
        return 2
    return tell(
        [
            Line("first load until one can write", found["load"], 1_500, "ms"),
            Line(f"first screen of {_LONG:,} messages", found["long"], 300, "ms"),
            Line(f"first screen, {_LONG:,} / {_SHORT} messages", found["long"] / found["short"], 4),
            Line(f"a key below {_LONG:,} messages", found["typed_long"], 16, "ms"),
            Line(f"a key, {_LONG:,} / {_SHORT} messages", found["typed_long"] / found["typed_short"], 1.5),
            Line(f"longest task, an answer below {_GROWING} messages", found["task"], 100, "ms"),
        ]
    )


async def _filled(url: str, settings: Settings) -> dict[str, str]:
    """The first person's sessions, by what they are for."""
    async with contextlib.AsyncExitStack() as stack:
        owner = await person(stack, url, 0)
        await furnish(owner)
        db = Database(settings)
        rows, now = StoredSessions(db), datetime.now(UTC)
        sizes = {"short": _SHORT, "growing": _GROWING, "long": _LONG}
        sessions = {name: await rows.add(owner.headers["x-user"], size, now) for name, size in sizes.items()}
        await rows.store()
        await db.close()
        return sessions


def _looked(url: str, sessions: dict[str, str], rounds: int) -> dict[str, float]:
    """What the browser has measured, in ms. Raises `MissingError` without a browser, `NotReadyError` if it fails."""
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if chromium is None:
        raise MissingError("chromium is missing (Debian and Ubuntu: apt-get install chromium)")
    wanted = {"url": url, "chromium": chromium, "sessions": sessions, "rounds": rounds, "account": sign_in_of(0)}
    command = ["node", str(_SCRIPT), json.dumps(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)
    if done.returncode:
        raise NotReadyError(f"the browser failed:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found
