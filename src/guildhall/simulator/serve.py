"""The simulator's process: bind, announce the address on standard output, serve, and end with whoever started it."""

import socket
import sys
import threading

import uvicorn

from guildhall.simulator.app import Simulator

_KEEP_ALIVE_SECONDS = 75


def run(host: str, port: int, exit_with_parent: bool) -> None:
    """Serve until told to stop; port 0 takes any free one, and the announcement names it."""
    listener = socket.create_server((host, port), backlog=2048)
    config = uvicorn.Config(
        Simulator(),
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="critical",
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    if exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    bound_host, bound_port = listener.getsockname()[:2]
    sys.stdout.write(f"listening on http://{bound_host}:{bound_port}\n")
    sys.stdout.flush()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        listener.close()


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    """Standard input is a pipe held by the parent: it ends when the parent does, even on kill -9."""
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
    server.force_exit = True
