"""What an arrangement of a thread is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.scopes import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Arrangement:
    """A way to lay out a thread or a branch of it."""

    # In addresses and in the reader's remembered choice.
    name: str
    label: str | _StrPromise
    # Whether the bodies are shown too (lines.texts_of).
    with_text: bool
    # Whether its lines are indented by depth.
    is_indented: bool
    # The page of a scope that begins at a cursor, at most so many lines.
    page: Callable[[Principal, Scope, Cursor, int], Slice[Line]]
