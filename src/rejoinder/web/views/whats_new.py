"""What is new since the last visit, and the way from one new post to the next.

Opened by: who comes back, most of them daily, with some minutes to spare. They see the new parts
of every discussion they follow with what these answer, open what they want, and mark the rest as
read: a branch, a thread, a board, everything. Or they read on from one new post to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Board
from rejoinder.reading import catch_up
from rejoinder.reading.whats_new import NewThread, WhatsNew, whats_new
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.lines import Line, lines_by_id
from rejoinder.threads.outline import ancestors_of_each
from rejoinder.threads.thread_lines import ThreadLine, threads_seen
from rejoinder.web import outlines
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page

# New posts on a page, and of one thread.
MOST_LINES = 120
MOST_OF_THREAD = 40
# A branch that is marked as read by a button of its own has at least so many new posts.
LEAST_OF_BRANCH = 3


@dataclass(frozen=True)
class Shown:
    """The new parts of a thread, as they are drawn."""

    thread: ThreadLine
    news: NewThread
    drawn: outlines.Outline
    # Below which lines enough is new for a button, by the line's id.
    branches: dict[int, int]

    @property
    def more(self) -> int:
        """Return how many new posts of the thread aren't drawn."""
        return max(len(self.news.posts) - MOST_OF_THREAD, 0)


@dataclass(frozen=True)
class OnBoard:
    """A board's threads with something new, and how many new posts it has in all."""

    board: Board
    posts_count: int
    threads: list[Shown]


@require_safe
@never_kept
@members_only
def new(request: PageRequest) -> HttpResponse:
    """Show the new parts of all threads on the boards the member follows."""
    found = whats_new(request.principal)
    after = request.GET.get("after", "")
    threads = found.threads
    if after:
        threads = found.threads_after(post_by_public_id(request.principal, after))
    some = _as_many(threads)
    boards = _on_boards(found, _drawn(request, some))
    last = boards[-1].threads[-1] if boards and len(some) < len(threads) else None
    context: dict[str, object] = {
        "boards": boards,
        "found": found,
        "threads_count": len(found.threads),
        "later": last.thread.root.public_id if last else "",
        "is_first": not after,
        "as_of": found.marks.version,
        "latest": max(found.posts, key=lambda post: post.id).public_id if found.posts else "",
        "last": catch_up.last_of(request.principal),
        "least": LEAST_OF_BRANCH,
    }
    return page(request, "whats_new.html", context)


@require_safe
@never_kept
@members_only
def next_new(request: PageRequest) -> HttpResponse:
    """Lead to the next new post after the one that is named, or to the first. Marks nothing."""
    found = whats_new(request.principal)
    after = request.GET.get("after", "")
    if after:
        to = found.after(post_by_public_id(request.principal, after))
    else:
        to = found.posts[0] if found.posts else None
    if to is not None:
        return SeeOther(reverse("post", args=[to.public_id]))
    messages.info(request, _("You have read everything that is new."))
    return SeeOther(reverse("new"))


def _as_many(threads: Iterable[NewThread]) -> list[NewThread]:
    """Return as many of the first threads as a page takes; one at least."""
    some: list[NewThread] = []
    lines = 0
    for thread in threads:
        lines += min(len(thread.posts), MOST_OF_THREAD)
        if some and lines > MOST_LINES:
            break
        some.append(thread)
    return some


def _drawn(request: PageRequest, some: Sequence[NewThread]) -> list[Shown]:
    """Return threads drawn, each with its new posts and what these answer: five queries."""
    principal = request.principal
    lines_of = {line.id: line for line in threads_seen(principal, [t.thread_id for t in some])}
    wanted = [post.id for thread in some for post in thread.posts[:MOST_OF_THREAD]]
    lines = list(lines_by_id(principal, wanted).values())
    above = ancestors_of_each(principal, lines)
    by_thread: dict[int, list[Line]] = {}
    for line in {each.id: each for each in (*above, *_roots(lines_of, lines), *lines)}.values():
        by_thread.setdefault(line.thread_id, []).append(line)
    drawn = []
    for news in some:
        # Between two queries it may have gone.
        if (thread := lines_of.get(news.thread_id)) and (rows := by_thread.get(news.thread_id)):
            drawn.append(_thread(thread, news, rows))
    return drawn


def _roots(threads: dict[int, ThreadLine], lines: Iterable[Line]) -> list[Line]:
    """Return the roots of those threads of which there are lines."""
    there = {line.thread_id for line in lines}
    return [thread.root for pk, thread in threads.items() if pk in there]


def _thread(thread: ThreadLine, news: NewThread, lines: list[Line]) -> Shown:
    shown = {post.id for post in news.posts}
    lines.sort(key=lambda line: line.opens)
    drawn = outlines.lay_out(lines)
    rows = [replace(row, is_above=row.line.id not in shown) for row in drawn.rows]
    counts = {line.id: news.count_between(line.opens, line.closes) for line in lines if line.depth}
    branches = {pk: count for pk, count in counts.items() if count >= LEAST_OF_BRANCH}
    return Shown(thread, news, replace(drawn, rows=rows), branches)


def _on_boards(found: WhatsNew, threads: Iterable[Shown]) -> list[OnBoard]:
    boards: dict[int, OnBoard] = {}
    for shown in threads:
        pk = shown.news.board_id
        on = boards.setdefault(pk, OnBoard(found.boards[pk], found.on(pk), []))
        on.threads.append(shown)
    return list(boards.values())
