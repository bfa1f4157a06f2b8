"""Which posts and threads a principal may see, what it may do to them, what they show."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Ability
from rejoinder.boards.rights import may_read, may_write, moderates
from rejoinder.members.standing import terms_of
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.threads.models import (
    STUBS,
    Alias,
    BoardTally,
    Numbering,
    Post,
    PostText,
    State,
    Thread,
)
from rejoinder.threads.on_boards import OnBoards

M = TypeVar("M", bound=Model)

# Whose words an author keeps seeing, and a moderator.
_FOR_AUTHORS = frozenset({State.VISIBLE, State.HELD, State.REMOVED, State.WITHDRAWN})
_FOR_MODERATORS = frozenset({State.VISIBLE, State.HELD, State.REMOVED})


def register() -> None:
    """Tell the gate about threads and posts."""
    gate.register_rows(Thread, _visible_threads)
    gate.register_rows(Post, _visible_posts, _reachable_posts)
    gate.register_rows(BoardTally, _on_visible_boards)
    gate.register_rows(Numbering, _of_visible_posts)
    gate.register_rows(Alias, _of_visible_posts)
    gate.register_rows(PostText, _of_visible_posts, _of_reachable_posts)
    gate.register(gate.Verb.READ, Thread, lambda p, thread: may_read(p, thread.board))
    gate.register(gate.Verb.MODERATE, Thread, lambda p, thread: moderates(p, thread.board))
    gate.register(gate.Verb.READ, Post, _may_read_post)
    gate.register(gate.Verb.RESPOND, Post, _may_respond)
    gate.register(gate.Verb.EDIT, Post, _may_edit)
    gate.register(gate.Verb.WITHDRAW, Post, _may_withdraw)
    gate.register(gate.Verb.REPORT, Post, _may_report)
    gate.register(gate.Verb.APPROVE, Post, _may_approve)
    gate.register(gate.Verb.MODERATE, Post, _may_moderate)
    gate.register_field(gate.Field.WORDS, Post, _shows_words)
    gate.register_field(gate.Field.EVERY_REVISION, Post, _shows_every_revision)
    gate.register_field(gate.Field.JUDGEMENT, Post, _shows_judgement)


def _visible_threads(principal: Principal, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    # "IN (true)": of a bare "WHERE is_shown" SQLite makes no use in an index.
    return _on_visible_boards(principal, threads.filter(is_shown__in=[True]))


def _visible_posts(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    return _on_visible_boards(principal, posts.filter(is_drawn__in=[True]))


def _reachable_posts(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    posts = _on_visible_boards(principal, posts)
    if of_boards.sees_all(principal):
        return posts
    open_to = Q(is_drawn__in=[True])
    if principal.is_member:
        open_to |= Q(author=principal.member_id)
    if principal.moderating_groups:
        open_to |= Q(board__in=of_boards.moderated(principal))
    if principal.approves:
        appeared = Numbering.unscoped.filter(post=OuterRef("pk"))
        open_to |= Q(Q(state=State.HELD), ~Exists(appeared))
    return posts.filter(open_to)


def _on_visible_boards(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    # Where a principal sees every board, lists needn't ask for each row.
    if of_boards.sees_all(principal):
        return rows
    return rows.filter(OnBoards(of_boards.readable(principal)))


def _of_visible_posts(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    posts = _post_of_row().filter(state=State.VISIBLE)
    return rows.filter(Exists(gate.visible(principal, posts)))


def _post_of_row() -> QuerySet[Post]:
    # Asked for each row: of "post IN (posts that may be seen)" SQLite would make the list
    # first, of every post of the site.
    return Post.objects.filter(pk=OuterRef("post"))


def _of_reachable_posts(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    """Of posts whose words are shown: to whom may open them, but stubs' to the author alone."""
    shown = Q(state=State.VISIBLE)
    if principal.is_member:
        shown |= Q(author=principal.member_id, state__in=_FOR_AUTHORS)
    if of_boards.sees_all(principal):
        shown |= Q(state__in=_FOR_MODERATORS)
    elif principal.moderating_groups:
        shown |= Q(board__in=of_boards.moderated(principal), state__in=_FOR_MODERATORS)
    if principal.approves:
        appeared = Numbering.unscoped.filter(post=OuterRef("pk"))
        shown |= Q(Q(state=State.HELD), ~Exists(appeared))
    return rows.filter(Exists(gate.reachable(principal, _post_of_row().filter(shown))))


def _may_read_post(principal: Principal, post: Post) -> bool:
    is_drawn = post.state == State.VISIBLE or (post.state in STUBS and post.responses_count > 0)
    return may_read(principal, post.board) and (
        is_drawn or _is_own_or_moderated(principal, post) or _may_approve(principal, post)
    )


def _may_respond(principal: Principal, post: Post) -> bool:
    if post.state != State.VISIBLE or not may_write(principal, post.board, Ability.RESPOND):
        return False
    return not post.thread.is_locked or moderates(principal, post.board)


def _may_edit(principal: Principal, post: Post) -> bool:
    if principal.kind is Kind.SYSTEM:
        return post.state != State.MISSING
    if not _is_own(principal, post) or principal.is_silenced or post.board.is_closed:
        return False
    is_there = post.state in (State.VISIBLE, State.HELD)
    return is_there and may_read(principal, post.board) and _is_in_time(principal, post)


def _is_in_time(principal: Principal, post: Post) -> bool:
    """Tell whether an author's standing still allows edits; moderators' does for ever."""
    hours = terms_of(principal.standing).edits_for_hours
    if hours is None or timezone.now() < post.added_at + timedelta(hours=hours):
        return True
    return moderates(principal, post.board)


def _may_withdraw(principal: Principal, post: Post) -> bool:
    """An author may take back what they wrote, also from a board that was closed since."""
    if post.state not in (State.VISIBLE, State.HELD):
        return False
    is_theirs = principal.kind is Kind.SYSTEM or _is_own(principal, post)
    return is_theirs and may_read(principal, post.board)


def _may_report(principal: Principal, post: Post) -> bool:
    """Anybody may who can read it, a silenced member too; one's own needs no report."""
    return (
        post.state == State.VISIBLE
        and may_read(principal, post.board)
        and not _is_own(principal, post)
    )


def _may_approve(principal: Principal, post: Post) -> bool:
    """A moderator may; a trusted member too, for what others wrote and was never shown."""
    if post.state != State.HELD or not may_read(principal, post.board):
        return False
    if moderates(principal, post.board):
        return True
    if not principal.approves or principal.is_silenced or _is_own(principal, post):
        return False
    return not Numbering.unscoped.filter(post=post).exists()


def _may_moderate(principal: Principal, post: Post) -> bool:
    return post.state != State.MISSING and moderates(principal, post.board)


def _shows_words(principal: Principal, post: Post) -> bool:
    if not _may_read_post(principal, post):
        return False
    state = State(post.state)
    if state is State.VISIBLE:
        return True
    if _is_own(principal, post):
        return state in _FOR_AUTHORS
    if moderates(principal, post.board):
        return state in _FOR_MODERATORS
    return _may_approve(principal, post)


def _shows_every_revision(principal: Principal, post: Post) -> bool:
    return _is_own_or_moderated(principal, post) and _shows_words(principal, post)


def _shows_judgement(principal: Principal, post: Post) -> bool:
    return _is_own_or_moderated(principal, post) and _may_read_post(principal, post)


def _is_own(principal: Principal, post: Post) -> bool:
    return principal.is_member and principal.member_id == post.author_id


def _is_own_or_moderated(principal: Principal, post: Post) -> bool:
    return _is_own(principal, post) or moderates(principal, post.board)
