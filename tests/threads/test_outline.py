"""Outlines, page by page, of threads of any shape."""

from __future__ import annotations

import pytest

from rejoinder.errors import Missing
from rejoinder.policy.principals import GUEST
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import scopes, tree
from rejoinder.threads.lines import Line, line_of, texts_of
from rejoinder.threads.models import Post, State
from rejoinder.threads.outline import ancestors, outline, outline_around, outlines
from rejoinder.threads.paging import START, Cursor, Slice
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.planting import bush, chain, plant, star

pytestmark = pytest.mark.django_db


def forwards(scope: scopes.Scope, limit: int) -> list[Line]:
    page = outline(GUEST, scope, START, limit)
    lines = list(page.rows)
    while page.later:
        page = outline(GUEST, scope, page.later, limit)
        assert len(page.rows) <= limit
        lines += page.rows
    return lines


def backwards(scope: scopes.Scope, limit: int) -> list[Line]:
    last = Post.unscoped.filter(thread_id=scope.thread_id).order_by("opens").last()
    assert last is not None
    page: Slice[Line] = outline(GUEST, scope, Cursor(before=last.public_id), limit)
    lines = page.rows
    while page.earlier:
        page = outline(GUEST, scope, page.earlier, limit)
        lines = page.rows + lines
    return lines


@pytest.mark.parametrize(
    "parents", [chain(10_000), star(5_000), bush(3_000)], ids=["chain", "star", "bush"]
)
def test_every_post_of_a_large_thread_comes_exactly_once(parents: list[int | None]) -> None:
    posts = plant(make_board(), make_member(), parents)
    expected = [post.pk for post in sorted(posts, key=lambda post: post.opens)]
    scope = scopes.whole(posts[0].thread)
    assert [line.id for line in forwards(scope, 400)] == expected
    assert [line.id for line in backwards(scope, 400)] == expected[:-1]


def test_a_branch_begins_with_its_post_and_ends_before_the_next_sibling() -> None:
    posts = plant(make_board(), make_member(), [None, 0, 1, 1, 3, 0, 5])
    branch = scopes.branch(posts[1])
    assert [line.title for line in forwards(branch, 2)] == ["Post 1", "Post 2", "Post 3", "Post 4"]
    below = scopes.below(posts[1])
    assert [line.title for line in forwards(below, 2)] == ["Post 2", "Post 3", "Post 4"]


def test_a_page_before_a_post_is_the_one_that_leads_to_it() -> None:
    posts = plant(make_board(), make_member(), chain(10))
    scope = scopes.whole(posts[0].thread)
    page = outline(GUEST, scope, Cursor(before=posts[7].public_id), 3)
    assert [line.title for line in page.rows] == ["Post 4", "Post 5", "Post 6"]
    assert page.earlier == Cursor(before=posts[4].public_id)
    assert page.later == Cursor(after=posts[6].public_id)
    assert outline(GUEST, scope, Cursor(before=posts[3].public_id), 3).earlier is None


def test_a_cursor_holds_when_the_thread_is_relabelled() -> None:
    posts = plant(make_board(), make_member(), bush(50))
    scope = scopes.whole(posts[0].thread)
    cursor = outline(GUEST, scope, START, 10).later
    assert cursor is not None
    before = outline(GUEST, scope, cursor, 10)
    tree.relabel(posts[0].thread)
    after = outline(GUEST, scope, cursor, 10)
    assert [line.id for line in after.rows] == [line.id for line in before.rows]
    assert [line.opens for line in after.rows] != [line.opens for line in before.rows]


def test_a_cursor_of_another_thread_is_refused() -> None:
    board, member = make_board(), make_member()
    posts, others = plant(board, member, chain(3)), plant(board, member, chain(3))
    with pytest.raises(Missing):
        outline(GUEST, scopes.whole(posts[0].thread), Cursor(after=others[1].public_id), 10)
    with pytest.raises(Missing):
        outline(GUEST, scopes.branch(posts[1]), Cursor(after=posts[0].public_id), 10)


def test_the_page_around_a_post_holds_it_and_leads_both_ways() -> None:
    posts = plant(make_board(), make_member(), chain(100))
    page = outline_around(GUEST, posts[50], 12)
    assert [line.title for line in page.rows] == [f"Post {n}" for n in range(46, 58)]
    assert page.earlier == Cursor(before=posts[46].public_id)
    assert page.later == Cursor(after=posts[57].public_id)
    first = outline_around(GUEST, posts[0], 12)
    assert (first.rows[0].id, first.earlier) == (posts[0].pk, None)
    last = outline_around(GUEST, posts[99], 12)
    assert (last.rows[-1].id, last.later) == (posts[99].pk, None)


def test_ancestors_come_the_nearest_first_and_so_many_only() -> None:
    posts = plant(make_board(), make_member(), chain(10_000))
    titles = [line.title for line in ancestors(GUEST, posts[9_000], 3)]
    assert titles == ["Post 8999", "Post 8998", "Post 8997"]
    assert ancestors(GUEST, posts[0], 3) == []


def test_outlines_of_many_threads_are_each_cut_at_the_limit() -> None:
    board, member = make_board(), make_member()
    threads = [plant(board, member, chain(length)) for length in (1, 3, 9)]
    found = outlines(GUEST, [scopes.whole(posts[0].thread) for posts in threads], 3)
    assert [len(page.rows) for page in found] == [1, 3, 3]
    assert [page.later is not None for page in found] == [False, False, True]
    assert [page.rows[0].id for page in found] == [posts[0].pk for posts in threads]
    assert outlines(GUEST, [], 3) == []


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REMOVED, State.MISSING])
def test_a_stub_keeps_nothing_of_its_words_or_author(state: State) -> None:
    author = make_member("Somebody Special")
    root = make_thread(title="Secret words", source="Secret text", author=author)
    make_response(root, title="An answer")
    Post.unscoped.filter(pk=root.pk).update(state=state, author_name="Signed", edits_count=3)
    root = Post.unscoped.select_related("author").get(pk=root.pk)
    for line in (outline(GUEST, scopes.whole(root.thread), START, 5).rows[0], line_of(GUEST, root)):
        assert line.is_stub
        assert (line.title, line.first_line, line.has_text) == ("", "", False)
        assert (line.author_id, line.author_name, line.author_handle) == (None, "", "")
        assert line.edits_count == 0
        assert texts_of(GUEST, [line]) == {}


def test_a_withdrawn_post_that_nothing_hangs_on_is_gone() -> None:
    author = make_member()
    root = make_thread()
    response = make_response(root, author=author)
    withdraw(principal_of(author), response)
    assert [line.id for line in forwards(scopes.whole(root.thread), 5)] == [root.pk]


def test_held_posts_are_in_no_outline() -> None:
    root = make_thread()
    held = make_response(root)
    Post.unscoped.filter(pk=held.pk).update(state=State.HELD)
    assert [line.id for line in forwards(scopes.whole(root.thread), 5)] == [root.pk]


def test_a_line_says_who_wrote_it_by_the_name_that_stood_there() -> None:
    author = make_member("Ada")
    root = make_thread(author=author)
    line = line_of(GUEST, Post.unscoped.select_related("author").get(pk=root.pk))
    assert (line.author_name, line.author_handle) == ("Ada", "ada")
    assert line.is_title_only
    Post.unscoped.filter(pk=root.pk).update(author_name="A. Lovelace")
    line = line_of(GUEST, Post.unscoped.select_related("author").get(pk=root.pk))
    assert (line.author_name, line.author_handle) == ("A. Lovelace", "ada")
