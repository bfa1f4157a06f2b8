"""The front page's rows: the boards, and what is new on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import NUMBER
from rejoinder.threads.models import BoardTally, Thread
from rejoinder.threads.thread_lines import ThreadLine, threads_seen


@dataclass(frozen=True, slots=True)
class FrontRow:
    """A board on the front page."""

    board: Board
    posts_count: int
    threads_count: int
    last_at: datetime | None
    # The threads that were last added to, the newest first.
    threads: list[ThreadLine]


def front(principal: Principal, threads_each: int = 3) -> list[FrontRow]:
    """Return the boards that a principal sees, in their order: five queries, six if
    a thread's root is a stub; without threads two."""
    boards = list(gate.visible(principal, Board.objects.order_by("position", "pk")))
    tallies = {tally.pk: tally for tally in BoardTally.unscoped.filter(board__in=boards)}
    newest = _newest(principal, boards, threads_each) if threads_each else {}
    return [_row(board, tallies.get(board.pk), newest.get(board.pk, [])) for board in boards]


def row_of(board: Board) -> FrontRow:
    """Return the row of a board that a principal may see, without threads: one query."""
    return _row(board, BoardTally.unscoped.filter(board=board).first(), [])


def _row(board: Board, tally: BoardTally | None, threads: list[ThreadLine]) -> FrontRow:
    if tally is None:
        return FrontRow(board, 0, 0, None, threads)
    return FrontRow(board, tally.posts_count, tally.threads_count, tally.last_at, threads)


def _newest(
    principal: Principal, boards: Sequence[Board], each: int
) -> dict[int, list[ThreadLine]]:
    ids = _newest_ids(each).each(principal, [(board.pk,) for board in boards])
    newest: dict[int, list[ThreadLine]] = {}
    for line in threads_seen(principal, ids):
        newest.setdefault(line.board_id, []).append(line)
    for threads in newest.values():
        threads.sort(key=lambda line: (line.last_at, line.id), reverse=True)
    return newest


@cache
def _newest_ids(each: int) -> ForPrincipal[int]:
    return ForPrincipal(
        lambda principal, board_id: (
            gate.visible(principal, Thread.objects.filter(board_id=board_id))
            .order_by("-last_at", "-pk")[:each]
            .values_list("pk", flat=True)
        ),
        NUMBER,
    )
