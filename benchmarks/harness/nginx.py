"""nginx with the same pages as files and the same headers: what Rejoinder is compared with."""

from __future__ import annotations

import gzip
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness.cores import Cores, pinned
from benchmarks.harness.served import Answer, NotServed, Server, answers, free_port

# What nginx says of a file by itself, or what belongs to a connection.
OWN = frozenset(
    {
        "accept-ranges", "connection", "content-encoding", "content-length", "content-type",
        "date", "etag", "keep-alive", "last-modified", "server", "transfer-encoding",
    }
)  # fmt: skip
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=1000 inactive=600s;
    open_file_cache_valid 600s;
    gzip_static on;
    types {{ }}
    default_type "text/html; charset=utf-8";
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/pages;
{locations}
    }}
}}
"""


def nginx(folder: Path, pages: Mapping[str, Answer], cores: Cores) -> Server:
    """Return an nginx that serves gzipped answers by name (`/thread`) as static files."""
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    for name, answer in pages.items():
        (folder / "pages" / name).write_bytes(gzip.decompress(answer.octets))
        (folder / "pages" / f"{name}.gz").write_bytes(answer.octets)
    port = free_port()
    (folder / "nginx.conf").write_text(configuration(folder, port, pages, is_root=_is_root()))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(pinned(command, cores.server), stdout=output, stderr=output)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        if answers(f"http://127.0.0.1:{port}/"):
            return Server(process, port, ())
        time.sleep(0.02)
    process.kill()
    raise NotServed((folder / "output").read_text(errors="replace"))


def configuration(folder: Path, port: int, pages: Mapping[str, Answer], *, is_root: bool) -> str:
    """Return nginx's configuration: one worker, no log, each page with its answer's headers."""
    locations = [
        f"        location = /{name} {{\n{_headers(answer)}\n        }}"
        for name, answer in pages.items()
    ]
    return CONFIGURATION.format(
        folder=folder,
        port=port,
        locations="\n".join(locations),
        # Its worker reads a folder that is root's alone.
        user="user root;" if is_root else "",
    )


def _headers(answer: Answer) -> str:
    lines = []
    for name, value in answer.headers:
        if name.lower() not in OWN:
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'            add_header {name} "{quoted}";')
    return "\n".join(lines)


def _is_root() -> bool:
    return os.geteuid() == 0
