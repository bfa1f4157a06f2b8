"""The processes alone, with work that needs no site."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap

PROGRAM = """
import os, signal, socket, sys, time
from rejoinder.config.workers import Workers

def work(listening, say_ready):
    {work}

sockets = [socket.create_server(("127.0.0.1", 0))]
print(sockets[0].getsockname()[1], flush=True)
sys.exit(Workers(work, sockets, 1.0, lambda: print("ready", flush=True)).run())
"""


def start(work: str) -> subprocess.Popen[str]:
    code = PROGRAM.format(work=textwrap.indent(work, "    ").strip())
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


def test_a_worker_that_cant_start_ends_the_server() -> None:
    process = start("raise RuntimeError('no')")
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "ready" not in out
    assert "RuntimeError: no" in err


def test_a_worker_that_doesnt_end_is_ended() -> None:
    process = start("say_ready()\nwhile True: time.sleep(1)")
    assert process.stdout is not None
    assert [process.stdout.readline() for _line in range(2)][1] == "ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_who_connects_while_a_worker_is_replaced_waits() -> None:
    process = start(
        "say_ready()\nclient, _ = listening.accept()\n"
        "client.send(b'here')\nclient.recv(1)\nos._exit(3)"
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    assert process.stdout.readline() == "ready\n"
    for _time in range(2):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            assert client.recv(4) == b"here"
            client.send(b".")
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Worker 1 ended with status 3; another takes its place." in err
