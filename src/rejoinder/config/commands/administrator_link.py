"""Print a fresh one-time link by which somebody becomes administrator.

For the operator who has lost the first link, or whose administrators are gone.
"""

from __future__ import annotations

import argparse
import sys

from rejoinder.config import installation, serving_lock

NAME = "administrator-link"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print the link, on the address that the running server answers at, if there's one."""
    options = installation.open_data(arguments.data, may_be_new=False)
    with installation.starting(arguments.data):
        installation.make_ready(lambda line: print(line, file=sys.stderr))
    running = serving_lock.holders(options.data)
    address = running[0].address if running else f"http://{options.host}:{options.port}"
    print(installation.administrator_link(options.url or address))
    return 0
