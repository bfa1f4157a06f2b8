"""What else of a post its page shows: attachments, and that there are earlier revisions."""

from __future__ import annotations

from rejoinder.events import noted
from rejoinder.events.noted import Noted
from rejoinder.posts.models import Attachment, Revision
from rejoinder.threads.changes import BOARD_OF_POST, THREAD_OF_POST


def register() -> None:
    """Have changes of attachments and revisions noted."""
    noted.register(
        Noted(Attachment, thread=THREAD_OF_POST, board=BOARD_OF_POST),
        Noted(Revision, thread=THREAD_OF_POST, board=BOARD_OF_POST),
    )
