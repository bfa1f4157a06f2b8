"""Which posts are here already, by the Message-IDs that they have or once had.

Plain SQL: an import asks for each of its messages, and the ORM takes longer to write
these statements than the engine to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from rejoinder.boards.models import Board
from rejoinder.threads.models import Post

_ONE = """
    SELECT id, 0 FROM threads_post WHERE message_id = %s
    UNION ALL SELECT post_id, 0 FROM threads_alias WHERE message_id = %s
    UNION ALL SELECT post_id, 1 FROM threads_awaited WHERE message_id = %s AND board_id = %s
"""
_MANY = """
    SELECT message_id, post_id FROM threads_awaited WHERE message_id IN ({marks}) AND board_id = %s
    UNION ALL SELECT message_id, post_id FROM threads_alias WHERE message_id IN ({marks})
    UNION ALL SELECT message_id, id FROM threads_post WHERE message_id IN ({marks})
"""


@dataclass(frozen=True)
class Known:
    """What is here for a Message-ID: a post on whatever board, and a board's empty place."""

    post_id: int | None = None
    place_id: int | None = None

    @property
    def post(self) -> Post | None:
        """Return the post."""
        return None if self.post_id is None else Post.unscoped.get(pk=self.post_id)


def look_up(board: Board, message_id: str) -> Known:
    """Return what is here for a Message-ID: one query, three index look-ups."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [message_id, message_id, message_id, board.pk])
        rows = cursor.fetchall()
    posts = [pk for pk, is_place in rows if not is_place]
    places = [pk for pk, is_place in rows if is_place]
    return Known(posts[0] if posts else None, places[0] if places else None)


def known_among(board: Board, message_ids: Iterable[str]) -> dict[str, Post]:
    """Return the posts, on whatever board, and this board's empty places by those ids."""
    ids = list(dict.fromkeys(message_ids))
    if not ids:
        return {}
    statement = _MANY.format(marks=", ".join(["%s"] * len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*ids, board.pk, *ids, *ids])
        rows = cursor.fetchall()
    posts = Post.unscoped.in_bulk({pk for _id, pk in rows}) if rows else {}
    known: dict[str, Post] = {}
    for message_id, pk in rows:
        # A post elsewhere doesn't take the place that waits for it here.
        if message_id not in known or posts[pk].board_id == board.pk:
            known[message_id] = posts[pk]
    return known
