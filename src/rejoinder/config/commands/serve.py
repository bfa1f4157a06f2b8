"""Serve the site until it's told to stop (Ctrl-C, or SIGTERM).

Makes the data directory and the database if they aren't there, and brings the database
up to date. What is in flight when it's told to stop is finished first.
"""

from __future__ import annotations

import argparse
import gc
import os

from rejoinder.config import installation, options, server, serving_lock

NAME = "serve"
OVERRIDES = ("host", "port", "workers", "threads", "log_level")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that are often set on the command line; the others are in the file."""
    for name in OVERRIDES:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            metavar=name.rpartition("_")[2].upper(),
            help=options.meaning(name),
        )
    parser.add_argument(
        "--share-data",
        action="store_true",
        help="serve although another server serves the same data directory",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make ready, then serve."""
    # What is loaded now stays: to look through it for garbage takes a tenth of a start. The
    # workers look again; this process, once it serves, makes none.
    gc.disable()
    for name in OVERRIDES:
        if (value := getattr(arguments, name)) is not None:
            os.environ[options.PREFIX + name.upper()] = value
    opened = installation.open_data(arguments.data)
    with installation.starting(opened.data):
        lock = serving_lock.take(opened.data, is_sharing=arguments.share_data)
        place = server.find_place(opened.host, opened.port)
        serving_lock.sign(lock, place.address)
        installation.make_ready(print)
        welcome = _welcome(opened.url or place.address)
    with lock:
        return server.serve(opened, place, welcome)


def _welcome(address: str) -> list[str]:
    from rejoinder.members.first_administrator import is_wanted

    lines = [f"Rejoinder is at {address}/"]
    if is_wanted():
        link = installation.administrator_link(address)
        lines += ["There is no administrator yet. Whoever opens this link first becomes one:", link]
    return lines
