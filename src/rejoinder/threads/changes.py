"""Which rows of threads and posts pages show."""

from __future__ import annotations

from rejoinder.events import noted
from rejoinder.events.noted import Noted
from rejoinder.threads.models import Post, PostText, Thread

THREAD_OF_POST = "(SELECT thread_id FROM threads_post WHERE id = {row}.post_id)"
BOARD_OF_POST = "(SELECT board_id FROM threads_post WHERE id = {row}.post_id)"

# The threads before and after one on its board, by start: each one's posts name the other.
_BESIDE = (
    "SELECT id FROM threads_thread WHERE board_id = {{row}}.board_id AND is_shown IN (TRUE)"
    " AND (started_at, id) {sign} ({{row}}.started_at, {{row}}.id)"
    " ORDER BY started_at {order}, id {order} LIMIT 1"
)
BESIDE = (_BESIDE.format(sign="<", order="DESC"), _BESIDE.format(sign=">", order="ASC"))


def register() -> None:
    """Have changes of threads and posts noted.

    Counts and places that change only because a post came, went or moved aren't columns of
    their own here: that post's row is noted. `rejoinder recount` notes what it puts right.
    """
    noted.register(
        Noted(
            Post,
            thread="{row}.thread_id",
            board="{row}.board_id",
            member="{row}.author_id",
            columns=(
                "public_id", "thread_id", "board_id", "parent_id", "depth", "state", "author_id",
                "author_name", "title", "echoes_parent", "first_line", "has_text", "posted_at",
                "edited_at",
            ),
        ),
        # A new text comes with a post that is new, or gets its words.
        Noted(PostText, thread=THREAD_OF_POST, board=BOARD_OF_POST, on_insert=False),
        Noted(
            Thread,
            thread="{row}.id",
            board="{row}.board_id",
            columns=(
                "board_id", "is_locked", "is_pinned", "pinned_until", "slow_seconds",
                "slow_until",
            ),
            on_insert=False,
        ),
        # A thread that comes, goes or moves stands between two others.
        Noted(
            Thread,
            beside=BESIDE,
            columns=("board_id", "started_at", "is_shown"),
            made_of=("board_id", "started_at", "posts_count"),
        ),
    )  # fmt: skip
