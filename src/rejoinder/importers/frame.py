"""What every import shares: pieces of an archive in, posts on a board and a report out.

Pieces are taken in batches, each one transaction together with the note of how far the
import has come. So a broken-off import goes on where it was, and a repeated one finds
every id known and doubles nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction

from rejoinder.boards.administer import add_board
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict, Unavailable
from rejoinder.importers.models import Progress
from rejoinder.importers.report import Report
from rejoinder.policy.principals import system
from rejoinder.posts.drafts import FoundPost
from rejoinder.posts.restore import Restored, restore, supersede
from rejoinder.threads import outages, rebalance
from rejoinder.threads.models import Awaited, BoardTally

# Writers of the site wait while a batch is kept, so it's small: well under a second.
BATCH = 100
# A batch that met an outage (a lock not had in time, a deadlock) is taken again so often.
MOST_TRIES = 3
SNIFFED_OCTETS = 1 << 16
IMPORTER = system("import")


@dataclass(frozen=True)
class Piece:
    """One piece of an archive: a post to make of it, or why there's none."""

    # Where in the archive, for the report.
    where: str
    # Octets of the archive up to the end of this piece, for the progress bar.
    octets_done: int
    # Makes the post; raises RejoinderError if it can't be one.
    read: Callable[[], ReadPost]


@dataclass(frozen=True)
class ReadPost:
    """A post read from an archive, and what was noticed while reading it."""

    post: FoundPost
    faults: tuple[str, ...] = ()
    is_undated: bool = False
    # The Message-ID of its author's earlier post that this one replaces.
    supersedes: str = ""


class Source(Protocol):
    """An archive in some format."""

    def check(self) -> None:
        """Raise BadInput if the archive can't be read as what it's said to be."""

    def octets(self) -> int:
        """Return the archive's size."""

    def pieces(self, board: Board) -> Iterator[Piece]:
        """Yield its pieces, always in the same order. Raises BadInput if it isn't one."""

    def forget(self) -> None:
        """Forget rows made while reading pieces: their transaction was rolled back."""


def board_named(name: str) -> Board:
    """Return the board of that name or handle; it's made if there's none."""
    known = (
        Board.unscoped.filter(handle=name.lower()).first()
        or Board.unscoped.filter(name__iexact=name).first()
    )
    return known or add_board(IMPORTER, name)


def fingerprint(path: Path) -> str:
    """Return what tells an archive from others: its path, size and first octets."""
    digest = hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape"))
    if path.is_file():
        digest.update(str(path.stat().st_size).encode())
        with path.open("rb") as stream:
            digest.update(stream.read(SNIFFED_OCTETS))
    return digest.hexdigest()


def run(
    source: Source, archive: str, board: Board, progressed: Callable[[int], object] = lambda _: None
) -> Report:
    """Bring an archive's posts to a board and return the report.

    `progressed` is told how many octets are done with, after each batch. Raises BadInput,
    before anything is kept, if the archive can't be read as what it's said to be.
    """
    state = Progress.objects.filter(archive=archive, board=board).first()
    if state is None:
        state = Progress(archive=archive, board=board, report=Report().as_json())
    before = _threads(board) - state.report["threads"]
    pieces = islice(source.pieces(board), state.pieces_done, None)
    while batch := list(islice(pieces, BATCH)):
        _take_batch(source, batch, state, before)
        progressed(batch[-1].octets_done)
    report = Report.from_json(state.report)
    report.missing = Awaited.unscoped.filter(board=board, post__responses_count__gt=0).count()
    rebalance.tidy()
    Progress.objects.filter(archive=archive, board=board).delete()
    return report


def _take_batch(source: Source, batch: list[Piece], state: Progress, threads_before: int) -> None:
    """Keep a batch's posts and the note of it, in one transaction."""
    for tries in range(1, MOST_TRIES + 1):
        report = Report.from_json(state.report)
        try:
            with outages.told(), transaction.atomic():
                for piece in batch:
                    _take(piece, report)
                report.threads = _threads(state.board) - threads_before
                noted = report.as_json()
                _note(state, state.pieces_done + len(batch), noted)
        except Unavailable:
            source.forget()
            if tries == MOST_TRIES:
                raise
        else:
            state.pieces_done, state.report = state.pieces_done + len(batch), noted
            return


def _note(state: Progress, pieces_done: int, report: dict[str, Any]) -> None:
    Progress.objects.update_or_create(
        archive=state.archive,
        board=state.board,
        defaults={"pieces_done": pieces_done, "report": report},
    )


def _take(piece: Piece, report: Report) -> None:
    """Keep a piece's post, or report why it was skipped."""
    report.pieces += 1
    try:
        found = piece.read()
        restored = _keep(found)
    except (BadInput, Conflict) as error:
        report.skipped.append((piece.where, error.message))
        return
    report.faults.update(found.faults)
    report.superseded += restored.superseded
    if not restored.is_new:
        report.repeated += not restored.superseded
        return
    report.posts += 1
    report.filled_places += restored.filled_place
    report.attachments += len(found.post.attachments)
    report.loops += restored.had_loop
    report.other_boards += restored.left_board
    report.undated += found.is_undated


def _keep(found: ReadPost) -> Restored:
    with transaction.atomic():
        if found.supersedes and (earlier := supersede(IMPORTER, found.supersedes, found.post)):
            return earlier
        return restore(IMPORTER, found.post)


def _threads(board: Board) -> int:
    tally = BoardTally.unscoped.filter(board=board).first()
    return tally.threads_count if tally else 0
