"""The arrangements of a board there are, in the order in which they're offered."""

from __future__ import annotations

from rejoinder.threads.board_arrangements import chronological, compressed, flat, last, threaded
from rejoinder.threads.board_arrangements.arrangement import BoardArrangement

ARRANGEMENTS: dict[str, BoardArrangement] = {
    arrangement.name: arrangement
    for arrangement in (
        threaded.ARRANGEMENT,
        compressed.ARRANGEMENT,
        last.ARRANGEMENT,
        chronological.ARRANGEMENT,
        flat.ARRANGEMENT,
    )
}
DEFAULT = threaded.ARRANGEMENT
