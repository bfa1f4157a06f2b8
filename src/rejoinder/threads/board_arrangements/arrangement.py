"""What an arrangement of a board is, and the three kinds of rows that one lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from rejoinder.boards.models import Board
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.thread_lines import ThreadLine

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class ThreadOutline:
    """A thread with the first lines of its outline; `outline.later` leads to the rest."""

    thread: ThreadLine
    outline: Slice[Line]


BoardSlice = Slice[ThreadOutline] | Slice[ThreadLine] | Slice[Line]


@dataclass(frozen=True)
class BoardArrangement:
    """A way to lay out a board."""

    # In addresses and in the reader's remembered choice.
    name: str
    label: str | _StrPromise
    # What its rows are: ThreadOutline, ThreadLine or Line.
    rows: Literal["outlines", "threads", "posts"]
    # Whether the bodies are shown too (lines.texts_of).
    with_text: bool
    # The page that begins at a cursor, of at most so many rows, of what was posted within …
    page: Callable[[Principal, Board, Cursor, int, timedelta | None], BoardSlice]
