"""Which posts and threads a principal may see, and what it may do to them."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from rejoinder.boards.models import Board
from rejoinder.boards.rights import may_write
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.threads.models import STUBS, Post, State, Thread

M = TypeVar("M", bound=Model)


def register() -> None:
    """Tell the gate about threads and posts."""
    gate.register_rows(Thread, _visible_threads)
    gate.register_rows(Post, _visible_posts)
    gate.register(gate.Verb.READ, Thread, _may_read_thread)
    gate.register(gate.Verb.READ, Post, _may_read_post)
    gate.register(gate.Verb.RESPOND, Post, _may_respond)
    gate.register(gate.Verb.EDIT, Post, _may_edit)
    gate.register(gate.Verb.WITHDRAW, Post, _may_withdraw)


def _visible_threads(principal: Principal, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    # "IN (true)": of a bare "WHERE is_shown" SQLite makes no use in an index.
    return _on_visible_boards(principal, threads.filter(is_shown__in=[True]))


def _visible_posts(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    return _on_visible_boards(principal, posts.filter(is_drawn__in=[True]))


def _on_visible_boards(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    boards = gate.visible(principal, Board.objects.all())
    # Where a principal sees every board, lists needn't ask for each row.
    sees_all = not boards.query.where and not boards.query.is_sliced
    return rows if sees_all else rows.filter(board__in=boards)


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


def _may_edit(principal: Principal, post: Post) -> bool:
    return _may_withdraw(principal, post) and (
        principal.kind is Kind.SYSTEM or not post.board.is_closed
    )


def _may_withdraw(principal: Principal, post: Post) -> bool:
    """An author may take back what they wrote, also from a board that was closed since."""
    if principal.kind is Kind.SYSTEM:
        return True
    is_author = principal.member_id is not None and principal.member_id == post.author_id
    return is_author and post.state == State.VISIBLE
