"""Print the versions of Rejoinder and of what it stands on."""

from __future__ import annotations

import argparse
import platform

NAME = "version"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print one line."""
    import django
    from pysqlite3.dbapi2 import sqlite_version

    from rejoinder import __version__

    print(
        f"Rejoinder {__version__} (Python {platform.python_version()}, "
        f"Django {django.get_version()}, SQLite {sqlite_version})"
    )
    return 0
