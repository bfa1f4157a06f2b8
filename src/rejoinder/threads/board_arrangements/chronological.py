"""Posts by time, the newest first, as titles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.threads.board_arrangements.arrangement import BoardArrangement
from rejoinder.threads.by_time import posts_of_board

ARRANGEMENT = BoardArrangement(
    "chronological", _("Chronological"), "posts", with_text=False, page=posts_of_board
)
