"""A real nginx of the tests' own, in front of several servers, with the configuration that `deploy/nginx` ships."""

import contextlib
import os
import re
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.services import processes

_SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx" / "guildhall.conf"
_OUTER = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/guildhall.conf;
}}
"""


@contextlib.contextmanager
def server(folder: Path, port: int, upstreams: Sequence[int]) -> Iterator[str]:
    """The address of an nginx on `port` that passes on to servers on these loopback ports."""
    folder.mkdir(exist_ok=True)
    servers = "\n".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in upstreams)
    shipped = re.sub(r"(?m)^    server 127\.0\.0\.1:8001.*\n.*8002.*$", servers, _SHIPPED.read_text())
    shipped = shipped.replace("listen 127.0.0.1:8080;", f"listen 127.0.0.1:{port};")
    assert all(f"127.0.0.1:{one}" in shipped for one in (port, *upstreams))
    (folder / "guildhall.conf").write_text(shipped)
    (folder / "nginx.conf").write_text(_OUTER.format(folder=folder))
    child = processes.start([_binary(), "-p", folder, "-c", folder / "nginx.conf"], folder / "nginx.log")
    with processes.running(child):
        processes.wait_until(lambda: _accepts(port), child)
        yield f"http://127.0.0.1:{port}"


def _binary() -> str:
    found = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise processes.DidNotStartError("There is no nginx for the tests: run `make test`, or name one in NGINX=….")
    return found


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
