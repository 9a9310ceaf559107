"""Tunnel: the two ways between the server and an opencode process that has no network.

Both are sockets in the process's home. `out` leads to where models are called and is ours; `in` leads to its API and is
made by the relay that runs beside it. Commands of the workspace can write there too, so what is connected to is looked
at first: a socket, and no link to another one.
"""

import asyncio
import contextlib
import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

from guildhall.core.errors import UnavailableError

FOLDER = ".guildhall"
IN, OUT = "in.sock", "out.sock"
# Where the process listens and calls models, on a loopback of its own.
API_PORT, MODELS_PORT = 4096, 4097
RELAY = f"""const net = require("net")
const folder = process.env.HOME + "/{FOLDER}/"
const join = (a, b) => {{
  for (const [one, other] of [[a, b], [b, a]]) {{
    one.on("error", () => other.destroy())
    one.on("close", () => other.destroy())
    one.pipe(other)
  }}
}}
net.createServer((each) => join(each, net.connect({API_PORT}, "127.0.0.1"))).listen(folder + "{IN}")
net.createServer((each) => join(each, net.connect(folder + "{OUT}"))).listen({MODELS_PORT}, "127.0.0.1")
"""
_CHUNK_BYTES = 64 * 1024
_PAUSE_SECONDS = 0.05


class Tunnel:
    """Open from `open` to `close`."""

    def __init__(self, home: Path, url: str) -> None:
        """`url` is where models are called, on this machine's loopback."""
        self._home = home
        self._target = urlsplit(url)
        self._folder = -1
        self._entrance = -1
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Make the way out; its folder is there already. Sockets of an earlier process go."""
        self._folder = os.open(self._home / FOLDER, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        for name in (IN, OUT):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self._folder)
        path = f"/proc/self/fd/{self._folder}/{OUT}"  # a socket's path has to be short
        self._server = await asyncio.start_unix_server(self._out, path)
        os.chmod(path, 0o666)  # noqa: S103 - whoever reaches its folder is the process itself

    async def entrance(self) -> str:
        """The path of the way in, for as long as the tunnel is open; waits until the relay has made it.

        Raises `UnavailableError` when it is no socket.
        """
        while True:
            try:
                found = os.open(IN, os.O_PATH | os.O_NOFOLLOW, dir_fd=self._folder)
            except FileNotFoundError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            break
        self._entrance = found
        if not stat.S_ISSOCK(os.fstat(found).st_mode):
            raise UnavailableError("engine_not_started", "opencode can't be reached: its socket was replaced.")
        return f"/proc/self/fd/{found}"

    async def close(self) -> None:
        """Close both ways."""
        if self._server is not None:
            self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        for descriptor in (self._folder, self._entrance):
            if descriptor >= 0:
                os.close(descriptor)
        self._folder = self._entrance = -1

    async def _out(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        try:
            other, onward = await asyncio.open_connection(self._target.hostname, self._target.port)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_pass(reader, onward))
                ways.create_task(_pass(other, writer))
        except* OSError:
            pass
        finally:
            writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes until it ends."""
    try:
        while piece := await reader.read(_CHUNK_BYTES):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()
