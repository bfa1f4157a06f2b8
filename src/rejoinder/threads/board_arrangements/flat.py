"""Posts by time, the newest first, with their bodies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.threads.board_arrangements.arrangement import BoardArrangement
from rejoinder.threads.by_time import posts_of_board

ARRANGEMENT = BoardArrangement("flat", _("Flat"), "posts", with_text=True, page=posts_of_board)
