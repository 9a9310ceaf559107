"""The end of tasks that run in the background."""

import asyncio
from typing import Any

_AGAIN_SECONDS = 5.0


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until each has ended, in whatever way.

    One that goes on is told again. Before Python 3.12 `asyncio.wait_for` forgets a cancellation that comes at the
    moment its work is done, and libraries wait in this way for every single command.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_SECONDS)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # asked for, or asyncio complains that nobody did
