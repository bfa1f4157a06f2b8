"""What of the log stands on pages: the notes on posts and threads that were moved or locked."""

from __future__ import annotations

from rejoinder.events import noted
from rejoinder.events.noted import Noted
from rejoinder.moderation.models import Deed, DeedPost
from rejoinder.moderation.rules.settings import RuleSettings
from rejoinder.threads.changes import BOARD_OF_POST, THREAD_OF_POST


def register() -> None:
    """Have deeds noted. The states of posts that they change are noted by the posts' rows."""
    noted.register(
        Noted(
            Deed,
            thread="COALESCE({row}.thread_id, " + THREAD_OF_POST + ")",
            board="{row}.board_id",
        ),
        Noted(RuleSettings, is_setting=True, is_shown=False),
        Noted(DeedPost, thread=THREAD_OF_POST, board=BOARD_OF_POST),
    )
