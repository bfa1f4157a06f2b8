"""Move, split, merge, re-hang: where a branch hangs. Its permalinks and ids stay."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.moderation import cases
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record
from rejoinder.moderation.models import CaseKind, Deed, DeedKind, Scope
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import graft
from rejoinder.posts.grafted import Grafted
from rejoinder.threads import outages
from rejoinder.threads.models import Post


def move(principal: Principal, post: Post, board: Board, why: Why = NO_REASON) -> Deed:
    """Move a post with its branch to another board, where it's a thread; return the deed.

    Who does it moderates both boards. Raises Missing, Refused, Conflict.
    """
    _check_post(principal, post)
    refusal = _("You don’t moderate the board “%s”.") % board.name
    gate.check(principal, gate.Verb.MODERATE, board, refusal)
    return _do(principal, DeedKind.MOVE, post, why, lambda: graft.move(post, board))


def split(principal: Principal, post: Post, why: Why = NO_REASON) -> Deed:
    """Make a post with its branch a thread of its own on its board; return the deed."""
    return _do(principal, DeedKind.SPLIT, post, why, lambda: graft.split(post))


def merge(principal: Principal, root: Post, parent: Post, why: Why = NO_REASON) -> Deed:
    """Hang a whole thread below a post of another, and return the deed."""
    _check_post(principal, root)
    _check_parent(principal, parent)
    return _do(principal, DeedKind.MERGE, root, why, lambda: graft.merge(root, parent))


def rehang(principal: Principal, post: Post, parent: Post, why: Why = NO_REASON) -> Deed:
    """Hang a post with its branch below another one, and return the deed."""
    _check_post(principal, post)
    _check_parent(principal, parent)
    return _do(principal, DeedKind.REHANG, post, why, lambda: graft.rehang(post, parent))


def graft_back(principal: Principal, deed: Deed) -> Grafted:
    """Hang a branch where it was before a deed, in the caller's transaction.

    Who does it moderates the board it goes back to, too. Raises Missing, Refused, Conflict.
    """
    grafted = Grafted.from_json(deed.details)
    _check_where_it_was(principal, grafted)
    return graft.ungraft(grafted)


def _check_post(principal: Principal, post: Post) -> None:
    # First: of a post that one can't see, nothing else is said than that it's missing.
    gate.check(principal, gate.Verb.MODERATE, post, _("You don’t moderate this board."))


def _check_parent(principal: Principal, parent: Post) -> None:
    refusal = _("You don’t moderate the board “%s”.") % parent.board.name
    gate.check(principal, gate.Verb.MODERATE, parent, refusal)


@outages.told()
def _do(
    principal: Principal, kind: DeedKind, post: Post, why: Why, hang: Callable[[], Grafted]
) -> Deed:
    _check_post(principal, post)
    why = check_why(why, is_needed=False)
    with transaction.atomic():
        grafted = hang()
        # As it stands now: its board may be another, and not one's own, since it was read.
        post = Post.unscoped.select_related("board", "thread", "author").get(pk=post.pk)
        gate.check(principal, gate.Verb.MODERATE, post)
        came_from = _check_where_it_was(principal, grafted)
        deed = record(
            principal,
            kind,
            why,
            board=post.board,
            from_board=came_from,
            thread=post.thread,
            post=post,
            subject=post.author,
            scope=Scope.BRANCH,
            details=grafted.as_json(),
        )
        cases.close_cases(deed, [post.pk], [CaseKind.REPORTED, CaseKind.FIRST])
    return deed


def _check_where_it_was(principal: Principal, grafted: Grafted) -> Board:
    board = Board.unscoped.get(handle=grafted.came_from.board)
    gate.check(principal, gate.Verb.MODERATE, board, _("You don’t moderate this board."))
    return board
