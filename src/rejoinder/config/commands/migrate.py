"""Bring the database up to this version of Rejoinder, as `serve` does when it starts."""

from __future__ import annotations

import argparse

from rejoinder.config import installation

NAME = "migrate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Apply what is missing, and say what was done."""
    installation.open_data(arguments.data)
    with installation.starting(arguments.data):
        done = installation.migrate(print)
    if not done:
        print("The database is up to date.")
    return 0
