"""Two moderators at once: the second hears so, and nothing is done or counted twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from rejoinder.errors import Conflict
from rejoinder.moderation import targets
from rejoinder.moderation.deeds.states import approve, remove
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Case, Deed, Report, Statement
from rejoinder.moderation.report import report
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post, State
from tests.factories import make_member, make_thread
from tests.moderation import moderating
from tests.moderation.moderating import SPAM, asks, state_of
from tests.planting import check_whole

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do all that at the same time; return how each ended, in order of their names."""

    def run(deed: Callable[[], object]) -> str:
        try:
            deed()
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


def two_moderators() -> tuple[Principal, Principal]:
    return asks(moderating.site_moderator()), asks(moderating.site_moderator())


def fresh(post: Post) -> targets.Target:
    return targets.this(Post.unscoped.select_related("board", "thread").get(pk=post.pk))


def test_of_two_who_remove_one_post_one_hears_that_it_is_done() -> None:
    post = make_thread()
    one, two = two_moderators()
    ends = at_once(lambda: remove(one, fresh(post), SPAM), lambda: remove(two, fresh(post), SPAM))
    assert ends == ["conflict", "done"]
    assert Deed.unscoped.count() == Statement.unscoped.count() == 1
    check_whole(post.board)


def test_of_two_who_approve_and_remove_a_held_post_the_log_tells_what_happened() -> None:
    post = make_thread()
    moderating.hold(post)
    one, two = two_moderators()
    ends = at_once(lambda: approve(one, fresh(post)), lambda: remove(two, fresh(post), SPAM))
    # Removed after it was approved, that is two deeds; the other way round one conflict.
    assert moderating.deeds() == (["remove"] if "conflict" in ends else ["approve", "remove"])
    assert state_of(post) == State.REMOVED
    assert not Case.unscoped.filter(closed_at=None).exists()
    check_whole(post.board)


def test_of_two_who_undo_one_deed_one_hears_that_it_is_undone() -> None:
    post = make_thread()
    one, two = two_moderators()
    deed = remove(one, fresh(post), SPAM).deed
    ends = at_once(lambda: undo(one, deed), lambda: undo(two, deed))
    assert ends == ["conflict", "done"]
    assert state_of(post) == State.VISIBLE
    check_whole(post.board)


def test_reports_made_at_once_join_one_case() -> None:
    post = make_thread()
    readers = [asks(make_member()) for _ in range(4)]
    at_once(
        *(
            lambda reader=reader: report(reader, fresh(post).post, "spam")  # type: ignore[misc]
            for reader in readers
        )
    )
    assert Case.unscoped.filter(kind="reported").count() == 1
    assert Report.unscoped.count() == 4
