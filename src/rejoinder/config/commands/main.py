"""`rejoinder`: finds the command, runs it, and prints what went wrong in one line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from django.db import DatabaseError, InterfaceError

from rejoinder.config import options
from rejoinder.config.commands import (
    administrator_link,
    backup,
    check,
    erase_member,
    import_,
    migrate,
    move,
    restore,
    rules,
    serve,
    version,
)
from rejoinder.errors import BadInput, RejoinderError

FAILED = 1
BAD_USAGE = 2
INTERRUPTED = 130


class Command(Protocol):
    """What a command's module holds."""

    NAME: str
    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments; `--data` is there already."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it, and return the exit status."""


COMMANDS: list[Command] = [
    serve,
    import_,
    check,
    rules,
    migrate,
    move,
    backup,
    restore,
    administrator_link,
    erase_member,
    version,
]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 failed, 2 wrongly asked."""
    arguments = make_parser().parse_args(argv)
    # Django's settings read it from there, in this process and in the workers.
    os.environ[options.PREFIX + "DATA"] = str(arguments.data.expanduser().absolute())
    try:
        return int(arguments.command.run(arguments))
    except RejoinderError as error:
        return _fail(error.message, BAD_USAGE if isinstance(error, BadInput) else FAILED)
    except BrokenPipeError:
        # Whoever read our output has enough of it (`| head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (DatabaseError, InterfaceError) as error:
        # No outage has a traceback; a fault of ours keeps its own.
        from rejoinder.threads.outages import as_unavailable

        if (outage := as_unavailable(error)) is None:
            raise
        return _fail(f"{outage.message} ({str(error).strip()})", FAILED)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(f"{place}{error.strerror or error}.", FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="rejoinder",
        description="A threaded discussion server: every post has a title and a page of its own.",
        epilog="rejoinder COMMAND --help tells more of a command.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        summary, _, more = (command.__doc__ or "").partition("\n")
        own = commands.add_parser(
            command.NAME, help=summary, description=f"{summary} {' '.join(more.split())}".strip()
        )
        add_data_argument(own)
        command.add_arguments(own)
        own.set_defaults(command=command)
    return parser


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, which every command takes."""
    default = options.default_data()
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default,
        help=f"the directory with all of the site's data (default: {default})",
    )


def _fail(message: str, status: int) -> int:
    print(f"rejoinder: {message}", file=sys.stderr)
    return status
