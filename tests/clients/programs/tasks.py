"""Tasks: what a test asks of a client's program, one JSON object a line on standard input, one outcome a line back.

Needs nothing but Python's own library, because the programs run in environments of their own.
"""

import asyncio
import inspect
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

URL = os.environ["HALL_URL"]
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # a PNG


@dataclass(frozen=True)
class Task:
    """One thing to do."""

    do: str
    model: str
    text: str
    key: str
    timeout: float = 20.0
    """Seconds that the client waits."""


def serve(version: str, does: Mapping[str, Callable[[Task], Any]]) -> None:
    """Tell the version, then do every task and tell what it gave or what it raised. Ends with standard input."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # some clients print

    def tell(told: Mapping[str, Any]) -> None:
        out.write(json.dumps(told) + "\n")
        out.flush()

    with asyncio.Runner() as runner:
        tell({"version": version})
        for line in sys.stdin:
            tell(runner.run(_done(does, Task(**json.loads(line)))))


async def _done(does: Mapping[str, Callable[[Task], Any]], task: Task) -> dict[str, Any]:
    try:
        return {"gave": await when(does[task.do](task))}
    except Exception as error:  # noqa: BLE001 - what a client raises is what the test asks for
        status = getattr(error, "status_code", None)
        return {"raised": type(error).__name__, "status": status, "message": str(error)}


async def when(value: Any) -> Any:
    """The value, awaited if it is to be: for clients that come in a synchronous and an asynchronous form."""
    return await value if inspect.isawaitable(value) else value


async def each(values: Any) -> AsyncIterator[Any]:
    """The values of an iterator of either form."""
    if hasattr(values, "__aiter__"):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value
