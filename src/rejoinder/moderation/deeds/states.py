"""Approve, remove, restore, hold: what becomes of posts, one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import Conflict
from rejoinder.moderation import cases, statements, targets
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record, record_posts
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, Scope
from rejoinder.moderation.targets import Target
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.states import change_states
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Post, State


@dataclass(frozen=True)
class Way:
    """How a kind of deed changes posts."""

    takes: frozenset[State]
    makes: State
    needs_reason: bool = True
    # The author is told by a statement.
    is_stated: bool = True


WAYS = {
    DeedKind.APPROVE: Way(
        frozenset({State.HELD}), State.VISIBLE, needs_reason=False, is_stated=False
    ),
    DeedKind.REMOVE: Way(frozenset({State.VISIBLE, State.HELD}), State.REMOVED),
    DeedKind.RESTORE: Way(frozenset({State.REMOVED}), State.VISIBLE, needs_reason=False),
    DeedKind.HOLD: Way(frozenset({State.VISIBLE}), State.HELD),
}


@dataclass(frozen=True)
class Outcome:
    """What a deed on posts came to."""

    deed: Deed
    # How many posts have another state now, and how many were looked at and stand as they did.
    changed: int
    let_stand: int
    # Aimed at, but changed by somebody else meanwhile, or not one's own to decide.
    passed_over: int


def approve(principal: Principal, target: Target, why: Why = NO_REASON) -> Outcome:
    """Let held posts appear, and let reported ones stand; closes their cases."""
    return change_posts(principal, DeedKind.APPROVE, target, why)


def remove(principal: Principal, target: Target, why: Why) -> Outcome:
    """Take posts out of sight; their authors are told why."""
    return change_posts(principal, DeedKind.REMOVE, target, why)


def restore(principal: Principal, target: Target, why: Why = NO_REASON) -> Outcome:
    """Show removed posts again."""
    return change_posts(principal, DeedKind.RESTORE, target, why)


def hold(principal: Principal, target: Target, why: Why) -> Outcome:
    """Take posts out of sight until somebody has looked at them: they come onto the desk."""
    return change_posts(principal, DeedKind.HOLD, target, why)


@outages.told()
def change_posts(principal: Principal, kind: DeedKind, target: Target, why: Why) -> Outcome:
    """Do to all that a target holds what a kind of deed does, as one deed.

    However much that is: in transactions of `targets.AT_ONCE` posts, all in one row of the
    log. If it breaks off in between, what was done stands, and doing it again goes on.
    Raises Missing, Refused, BadInput without a reason where one is needed, and Conflict if
    nothing is left to do: somebody else was first. Locks the threads, then the tallies.
    """
    way = WAYS[kind]
    why = check_why(why, is_needed=way.needs_reason)
    if target.post is not None:
        _check(principal, kind, target.post)
    part = _do_part(principal, kind, target, why, deed=None, after=0)
    parts = [part]
    while part.last and target.scope in (Scope.BRANCH, Scope.MEMBER):
        part = _do_part(principal, kind, target, why, deed=part.deed, after=part.last)
        parts.append(part)
    if part.deed is None:
        raise Conflict(_somebody_else(parts[0].posts))
    changed, standing = sum(part.changed for part in parts), sum(part.let_stand for part in parts)
    read = sum(len(part.posts) for part in parts)
    return Outcome(part.deed, changed, standing, read - changed - standing)


@dataclass(frozen=True)
class _Part:
    """What one transaction of a deed came to."""

    # None: nothing was left to do, in this part or those before.
    deed: Deed | None
    posts: list[Post]
    changed: int = 0
    let_stand: int = 0

    @property
    def last(self) -> int:
        """Return the id that the next part begins after; 0: there's none."""
        return self.posts[-1].pk if self.posts else 0


def _do_part(
    principal: Principal, kind: DeedKind, target: Target, why: Why, *, deed: Deed | None, after: int
) -> _Part:
    """Do a deed to the next posts after an id, in a transaction; `deed` is its row so far."""
    way = WAYS[kind]
    with transaction.atomic():
        posts = _read_under_lock(principal, kind, target, after)
        ours = [post for post in posts if gate.may(principal, _verb(kind, post), post)]
        ids = [post.pk for post in ours]
        reported, by_rule = cases.reported_among(ids), cases.found_by_rule_among(ids)
        standing = _let_stand(kind, ours)
        changed = change_states(ids, way.makes, only_from=way.takes)
        if not changed and not standing:
            return _Part(deed, posts)
        changed_ids = {pk for pk, _former in changed}
        done = [post for post in ours if post.pk in changed_ids]
        if deed is None:
            deed = _record(principal, kind, why, target, done or standing)
        else:
            _widen(deed, target, done)
        record_posts(deed, changed, way.makes)
        for state in {post.state for post in standing}:
            stood = [(post.pk, state) for post in standing if post.state == state]
            record_posts(deed, stood, state)
        _settle(deed, kind, [*done, *standing])
        if way.is_stated:
            statements.state_to_authors(deed, done, reported=reported, found_by_rule=by_rule)
    return _Part(deed, posts, len(changed), len(standing))


def _widen(deed: Deed, target: Target, posts: Sequence[Post]) -> None:
    """Let a deed's row say no more of one board and one author than holds of all its posts."""
    if deed.board_id is not None and {post.board_id for post in posts} != {deed.board_id}:
        deed.board = None
    authors = {post.author_id for post in posts}
    if target.member is None and deed.subject_id is not None and authors != {deed.subject_id}:
        deed.subject = None
    deed.save(update_fields=["board", "subject"])


def _check(principal: Principal, kind: DeedKind, post: Post) -> None:
    gate.check(principal, _verb(kind, post), post, _("You don’t moderate this board."))


def _verb(kind: DeedKind, post: Post) -> gate.Verb:
    is_approval = kind is DeedKind.APPROVE and post.state == State.HELD
    return gate.Verb.APPROVE if is_approval else gate.Verb.MODERATE


def _read_under_lock(
    principal: Principal, kind: DeedKind, target: Target, after: int
) -> list[Post]:
    """Return the next posts aimed at as they are, with the threads locked."""
    states = WAYS[kind].takes
    if target.scope is Scope.BRANCH and target.post is not None:
        # What is answered there meanwhile falls too.
        _threads, (top,) = tree.locked_with(target.post.pk)
        target = targets.branch(top)
    elif target.scope is not Scope.MEMBER:
        states = frozenset(State)
    ids = targets.post_ids(principal, target, states, after)
    tree.locked_with_many(ids)
    return read_posts(ids)


def read_posts(ids: Sequence[int]) -> list[Post]:
    """Return posts with what the gate and a statement need; boards are shared among them."""
    posts: list[Post] = []
    for some in tree.in_batches(ids):
        found = Post.unscoped.filter(pk__in=some).order_by("pk")
        posts += found.only(
            "public_id", "board", "thread", "author", "state", "title", "responses_count"
        )
    boards = Board.unscoped.in_bulk({post.board_id for post in posts})
    for post in posts:
        post.board = boards[post.board_id]
    return posts


def _let_stand(kind: DeedKind, posts: Sequence[Post]) -> list[Post]:
    """Return which posts on the desk an approval leaves as they are: reported or first ones."""
    if kind is not DeedKind.APPROVE:
        return []
    others = {post.pk: post for post in posts if post.state != State.HELD}
    if not others:
        return []
    cased = Case.unscoped.filter(
        post__in=others, kind__in=cases.ABOUT_POSTS, closed_at=None
    ).values_list("post_id", flat=True)
    return [others[pk] for pk in sorted({pk for pk in cased if pk is not None})]


def _record(
    principal: Principal, kind: DeedKind, why: Why, target: Target, posts: Sequence[Post]
) -> Deed:
    boards = {post.board_id for post in posts}
    one_author = {post.author_id for post in posts}
    post = target.post or (posts[0] if len(posts) == 1 else None)
    subject = posts[0].author if len(one_author) == 1 else None
    return record(
        principal,
        kind,
        why,
        board=posts[0].board if len(boards) == 1 else None,
        thread=post.thread if post is not None else None,
        post=post,
        subject=target.member or subject,
        scope=target.scope,
    )


def _settle(deed: Deed, kind: DeedKind, posts: Sequence[Post]) -> None:
    ids = [post.pk for post in posts]
    if kind is not DeedKind.HOLD:
        cases.close_cases(deed, ids)
        return
    cases.close_cases(deed, ids, [CaseKind.REPORTED, CaseKind.FIRST])
    cases.lay_on_desk(ids, CaseKind.HELD)


def _somebody_else(posts: Sequence[Post]) -> str:
    if len(posts) == 1:
        return _("Somebody has dealt with this post meanwhile: it is %(state)s now.") % {
            "state": State(posts[0].state).label
        }
    return _("Nothing was left to do: somebody has dealt with these posts meanwhile.")
