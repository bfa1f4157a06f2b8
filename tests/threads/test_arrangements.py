"""Each arrangement of a thread shows the right posts, once each, page by page."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from rejoinder.policy.principals import GUEST
from rejoinder.threads import scope_by_time, scopes
from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.arrangements.registry import ARRANGEMENTS
from rejoinder.threads.folded import folded_responses
from rejoinder.threads.models import Post, State
from rejoinder.threads.paging import START, Cursor
from tests.factories import make_board, make_member
from tests.planting import bush, chain, plant, star

pytestmark = pytest.mark.django_db


def everything(arrangement: Arrangement, scope: scopes.Scope, limit: int) -> list[int]:
    """Return the ids of all rows, forwards; going back from each page must give the one before."""
    page = arrangement.page(GUEST, scope, START, limit)
    ids = [line.id for line in page.rows]
    while page.later:
        before = [line.id for line in page.rows]
        page = arrangement.page(GUEST, scope, page.later, limit)
        ids += [line.id for line in page.rows]
        if page.rows and len(before) == limit:
            assert page.earlier is not None
            back = arrangement.page(GUEST, scope, page.earlier, limit)
            assert [line.id for line in back.rows] == before
    return ids


def expected(name: str, posts: list[Post], top: Post) -> list[int]:
    branch = [p for p in posts if top.opens <= p.opens < top.closes]
    visible = [p for p in branch if p.state == State.VISIBLE]
    by_time = sorted(visible, key=lambda p: (p.posted_at, p.pk))
    match name:
        case "flat":
            chosen = by_time
        case "newest":
            chosen = by_time[::-1]
        case "direct":
            chosen = sorted(
                (p for p in branch if p.parent_id == top.pk), key=lambda p: (p.posted_at, p.pk)
            )
        case _:
            chosen = sorted(branch, key=lambda p: p.opens)
    return [p.pk for p in chosen]


@pytest.mark.parametrize("name", list(ARRANGEMENTS))
@pytest.mark.parametrize("top", [0, 1, 7])
def test_an_arrangement_shows_each_post_of_its_scope_once(name: str, top: int) -> None:
    posts = plant(make_board(), make_member(), bush(60))
    stub = next(post for post in posts if post.responses_count and post.depth > 1)
    stub.state = State.WITHDRAWN
    stub.save(update_fields=["state"])
    scope = scopes.whole(posts[0].thread) if top == 0 else scopes.branch(posts[top])
    rows = everything(ARRANGEMENTS[name], scope, 7)
    assert rows == expected(name, posts, posts[top])


@pytest.mark.parametrize("name", ["flat", "newest"])
def test_a_large_branch_by_time_leaves_no_post_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope_by_time, "MOST_SORTED", 5)
    monkeypatch.setattr(scope_by_time, "MOST_READ", 9)
    # Two branches in turn, so that a window of the thread holds few posts of each.
    parents: list[int | None] = [None, 0, 0, *range(1, 60)]
    posts = plant(make_board(), make_member(), parents)
    rows = everything(ARRANGEMENTS[name], scopes.branch(posts[2]), 7)
    assert rows == expected(name, posts, posts[2])


def test_posts_of_the_same_instant_are_all_shown() -> None:
    posts = plant(make_board(), make_member(), star(30))
    Post.unscoped.filter(thread=posts[0].thread).update(posted_at=posts[0].posted_at)
    scope = scopes.whole(posts[0].thread)
    assert everything(ARRANGEMENTS["flat"], scope, 7) == [post.pk for post in posts]
    assert everything(ARRANGEMENTS["newest"], scope, 7) == [post.pk for post in posts[::-1]]


def test_a_date_begins_a_page_by_time() -> None:
    posts = plant(make_board(), make_member(), chain(48 * 60))
    day = posts[0].posted_at.astimezone(UTC).date()
    following = Cursor(on=date.fromordinal(day.toordinal() + 1))
    scope = scopes.whole(posts[0].thread)
    flat = ARRANGEMENTS["flat"].page(GUEST, scope, following, 5)
    assert flat.rows[0].id == posts[24 * 60].pk
    assert flat.earlier == Cursor(before=posts[24 * 60].public_id)
    newest = ARRANGEMENTS["newest"].page(GUEST, scope, Cursor(on=day), 5)
    assert newest.rows[0].id == posts[24 * 60 - 1].pk


def test_folded_responses_show_the_first_lines_of_every_response() -> None:
    parents: list[int | None] = [None, 0, *range(1, 120), 0, 0, 121]
    posts = plant(make_board(), make_member(), parents)
    page = folded_responses(GUEST, posts[0], START, limit=10, lines_each=4)
    assert [branch.top.title for branch in page.rows] == ["Post 1", "Post 121", "Post 122"]
    assert [str(branch.below) for branch in page.rows] == ["99+", "1", "0"]
    assert [len(branch.outline.rows) for branch in page.rows] == [4, 2, 1]
    assert [branch.outline.later is not None for branch in page.rows] == [True, False, False]
    assert page.later is None
