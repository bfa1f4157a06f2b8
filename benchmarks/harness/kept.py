"""Whether what was acknowledged is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks.harness.served import ROOT, NotServed, Server, Where
from benchmarks.harness.usage import tree

# Prints which of the public ids on standard input there are, and in which states.
_LOOK = """
import sys, django; django.setup()
from rejoinder.threads.models import Post
ids = sys.stdin.read().split()
for start in range(0, len(ids), 500):
    some = Post.unscoped.filter(public_id__in=ids[start:start + 500])
    print(*(f"{public_id}:{state}" for public_id, state in some.values_list("public_id", "state")))
"""


class Lost(Exception):
    """A post was acknowledged, and isn't there."""


def kill(server: Server) -> None:
    """End the server's own processes without asking: what it meant to do next isn't done."""
    for pid in tree(server.process.pid):
        os.kill(pid, signal.SIGKILL)
    server.process.wait()


def check(where: Where, public_ids: Sequence[str]) -> int:
    """Return how many of these posts are held. Raises Lost if one isn't there at all."""
    settings = {"DJANGO_SETTINGS_MODULE": "rejoinder.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _LOOK],
        input="\n".join(public_ids), env=where.environment() | settings, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServed(done.stderr)
    states = dict(said.split(":") for said in done.stdout.split())
    if missing := set(public_ids) - states.keys():
        raise Lost(f"{len(missing)} of {len(public_ids)} acknowledged posts: {sorted(missing)[:5]}")
    return Counter(states.values())["h"]
