"""Which posts and threads a principal may see, and what it may do to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rejoinder.boards.models import Board
from rejoinder.boards.rights import may_write
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.threads.models import Post, State, Thread

# A withdrawn post and a missing one are drawn as stubs, while answers hang on them.
STUBS = (State.WITHDRAWN, State.REMOVED, State.MISSING)


def register() -> None:
    """Tell the gate about threads and posts."""
    gate.register_rows(Thread, _visible_threads)
    gate.register_rows(Post, _visible_posts)
    gate.register(gate.Verb.READ, Thread, _may_read_thread)
    gate.register(gate.Verb.READ, Post, _may_read_post)
    gate.register(gate.Verb.RESPOND, Post, _may_respond)
    gate.register(gate.Verb.EDIT, Post, _may_change)
    gate.register(gate.Verb.WITHDRAW, Post, _may_change)


def _visible_threads(principal: Principal, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    return threads.filter(board__in=gate.visible(principal, Board.objects.all()))


def _visible_posts(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    return posts.filter(Q(state=State.VISIBLE) | Q(state__in=STUBS, responses_count__gt=0))


def _may_read_thread(principal: Principal, thread: Thread) -> bool:
    return gate.may(principal, gate.Verb.READ, thread.board)


def _may_read_post(principal: Principal, post: Post) -> bool:
    is_drawn = post.state == State.VISIBLE or (post.state in STUBS and post.responses_count > 0)
    return is_drawn and gate.may(principal, gate.Verb.READ, post.board)


def _may_respond(principal: Principal, post: Post) -> bool:
    return (
        post.state == State.VISIBLE
        and may_write(principal, post.board)
        and not post.thread.is_locked
    )


def _may_change(principal: Principal, post: Post) -> bool:
    if principal.kind is Kind.SYSTEM:
        return True
    is_author = principal.member_id is not None and principal.member_id == post.author_id
    return is_author and post.state == State.VISIBLE and not post.board.is_closed
