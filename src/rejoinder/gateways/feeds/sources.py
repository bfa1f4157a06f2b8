"""What there are feeds of. Another source is a function below and one line at the end.

A source finds, for a principal and the parts of a path, what its feed is of; it raises Missing
for what the principal doesn't see, like any page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rejoinder.boards.find import board_by_handle
from rejoinder.boards.site import the_site
from rejoinder.errors import Missing
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.excerpts import first_line
from rejoinder.threads import scopes
from rejoinder.threads.by_time import (
    NEWEST_FIRST,
    Of,
    of_board,
    of_member,
    of_thread,
    posts_of,
    posts_of_site,
)
from rejoinder.threads.find import member_by_handle, post_by_public_id
from rejoinder.threads.lines import Line, line_of
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.scope_by_time import scope_by_time
from rejoinder.threads.thread_lines import title_of

# Returns a page of posts from a cursor on, the newest first.
Posts = Callable[[Cursor, int], Slice[Line]]
# What a site without posts was last changed at; Atom has to be told some moment.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Feed:
    """What a feed is of, for one principal."""

    # What it's known by for ever: "board/lounge". Never an address.
    name: str
    title: str
    page: str
    posts: Posts
    subtitle: str = ""
    # When it was last changed, while there's nothing in it.
    began: datetime = NEVER
    # What its pages show: arguments of `serving.kept_page.shows`.
    shows: Mapping[str, Any] = field(default_factory=dict)
    # Whose names go by the threads that they're in.
    shows_threads: bool = False


@dataclass(frozen=True)
class Source:
    """A kind of feed: the name of its addresses, their path, and what finds it."""

    name: str
    path: str
    find: Callable[..., Feed]


def of_the_site(principal: Principal) -> Feed:
    """Return the feed of all boards."""
    site = the_site()
    return Feed(
        "site",
        site.title,
        reverse("front"),
        lambda cursor, limit: posts_of_site(principal, cursor, limit),
        subtitle=first_line(site.welcome, markup="markdown"),
        shows={"anything": True},
    )


def of_a_board(principal: Principal, handle: str) -> Feed:
    """Return the feed of one board."""
    board = board_by_handle(principal, handle)
    of = Of(of_board, board.pk)
    return Feed(
        f"board/{board.handle_id}",
        _titled(board.name),
        reverse("board", args=[board.handle_id]),
        lambda cursor, limit: posts_of(principal, of, NEWEST_FIRST, cursor, limit),
        subtitle=first_line(board.description, markup="markdown"),
        began=board.created_at,
        shows={"boards": [board.pk]},
    )


def of_a_thread(principal: Principal, public_id: str) -> Feed:
    """Return the feed of the thread that a post starts."""
    root = post_by_public_id(principal, public_id)
    if root.parent_id is not None or not root.is_drawn:
        raise Missing(_("There is no such feed."))
    of = Of(of_thread, root.thread_id)
    return Feed(
        f"thread/{root.public_id}",
        _titled(title_of(principal, root.thread)),
        reverse("thread", args=[root.public_id]),
        lambda cursor, limit: posts_of(principal, of, NEWEST_FIRST, cursor, limit),
        began=root.posted_at,
        shows={"threads": [root.thread_id]},
    )


def of_a_branch(principal: Principal, public_id: str) -> Feed:
    """Return the feed of a post and all that hangs below it."""
    top = post_by_public_id(principal, public_id)
    if not top.is_drawn:
        raise Missing(_("There is no such feed."))
    scope = scopes.branch(top)
    title = line_of(principal, top).title or title_of(principal, top.thread)
    return Feed(
        f"branch/{top.public_id}",
        _titled(title),
        reverse("branch", args=[top.public_id]),
        lambda cursor, limit: scope_by_time(principal, scope, NEWEST_FIRST, cursor, limit),
        began=top.posted_at,
        shows={"threads": [top.thread_id]},
    )


def of_a_member(principal: Principal, handle: str) -> Feed:
    """Return the feed of what a member posted."""
    member = member_by_handle(principal, handle)
    gate.check(principal, gate.Verb.READ, member)
    of = Of(of_member, member.pk)
    return Feed(
        f"member/{member.handle_id}",
        _titled(member.name),
        reverse("member", args=[member.handle_id]),
        lambda cursor, limit: posts_of(principal, of, NEWEST_FIRST, cursor, limit),
        began=member.joined_at,
        shows={"members": [member.pk]},
        shows_threads=True,
    )


def _titled(name: str) -> str:
    return f"{name} · {the_site().title}"


SOURCES = [
    Source("site", "", of_the_site),
    Source("board", "b/<str:handle>/", of_a_board),
    Source("thread", "t/<str:public_id>/", of_a_thread),
    Source("branch", "p/<str:public_id>/", of_a_branch),
    Source("member", "m/<str:handle>/", of_a_member),
]
