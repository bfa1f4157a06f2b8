"""Bring an archive's posts to a board.

A board that doesn't exist is made. The same archive can be imported again: what is here
already is left as it is. An import that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.config import installation

if TYPE_CHECKING:
    from rejoinder.boards.models import Board
    from rejoinder.importers.frame import Source
    from rejoinder.importers.report import Report

NAME = "import"
SHOWN_SKIPPED = 20


def _mail(path: Path) -> Source:
    from rejoinder.importers.mail import MailSource

    return MailSource(path)


# A format is a reader in `importers/` and a line here.
FORMATS: dict[str, tuple[str, Callable[[Path], Source]]] = {
    "mbox": ("a mailing list or newsgroup: mbox files (also gzipped), maildirs, folders", _mail),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the format, the paths and the board."""
    kinds = "; ".join(f"{name}: {meaning}" for name, (meaning, _) in FORMATS.items())
    parser.add_argument("format", choices=list(FORMATS), help=kinds)
    parser.add_argument("path", nargs="+", type=Path, help="the archive, or several in turn")
    parser.add_argument("--board", required=True, metavar="NAME", help="the board's name or handle")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace) -> int:
    """Import, with a progress bar and a closing report; the whole report goes to a file."""
    opened = installation.open_data(arguments.data)
    with installation.starting(arguments.data):
        installation.migrate(print)
    from rejoinder.importers import frame

    sources = [(path, FORMATS[arguments.format][1](path)) for path in arguments.path]
    for _path, source in sources:
        source.check()
    board = frame.board_named(arguments.board)
    for path, source in sources:
        try:
            report = _with_progress(source, path, board, quiet=arguments.quiet)
        except KeyboardInterrupt:
            print("Broken off. Give the same command again to go on where it was.")
            raise
        _tell(report, path, board.name, opened.data)
    return 0


def _with_progress(source: Source, path: Path, board: Board, *, quiet: bool) -> Report:
    from tqdm import tqdm

    from rejoinder.importers import frame

    # None: no bar where nobody looks, in a log or a pipe.
    hidden = True if quiet else None
    octets = source.octets()
    with tqdm(total=octets, unit="B", unit_scale=True, desc=path.name, disable=hidden) as bar:

        def progressed(octets_done: int) -> None:
            bar.update(octets_done - bar.n)

        return frame.run(source, frame.fingerprint(path), board, progressed)


def _tell(report: Report, path: Path, board: str, data: Path) -> None:
    print(f"{path} is on the board “{board}”:")
    print("\n".join(report.lines(most_skipped=SHOWN_SKIPPED)))
    folder = data / "imports"
    folder.mkdir(exist_ok=True)
    kept = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{path.stem[:40]}.txt"
    kept.write_text("\n".join([f"{path} to {board}", *report.lines(), ""]), encoding="utf-8")
    print(f"The whole report is in {kept}")
