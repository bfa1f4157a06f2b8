"""What is new over all boards, in the order of reading, at a cost that its number alone decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap64

from rejoinder.errors import Refused
from rejoinder.members import ignoring
from rejoinder.policy.principals import GUEST
from rejoinder.posts.states import change_state
from rejoinder.reading import whats_new as news
from rejoinder.reading.mark import mark_read, mark_unread
from rejoinder.reading.models import ReadMarks
from rejoinder.reading.whats_new import whats_new
from rejoinder.threads.models import Post, State
from tests.factories import (
    make_board,
    make_group,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)

pytestmark = pytest.mark.django_db


def titles(principal: object) -> list[str]:
    found = whats_new(principal)  # type: ignore[arg-type]
    named = dict(Post.unscoped.values_list("pk", "title"))
    return [named[post.id] for post in found.posts]


def full(post: Post) -> Post:
    return Post.unscoped.select_related("thread", "board").get(pk=post.pk)


def test_it_is_read_board_by_board_thread_by_thread_and_as_the_outline_has_it() -> None:
    author = make_member()
    first, second = make_board(), make_board()
    reader = principal_of(make_member())
    other = make_thread(second, "Other board", author=author)
    old = make_thread(first, "Older thread", author=author)
    one = make_response(old, "One", author=author)
    make_response(old, "Two", author=author)
    make_response(one, "Below one", author=author)
    make_thread(first, "Newer thread", author=author)
    assert titles(reader) == [
        "Newer thread", "Older thread", "One", "Below one", "Two", "Other board",
    ]  # fmt: skip
    found = whats_new(reader)
    after = found.after(full(one))
    assert after is not None
    assert Post.unscoped.get(pk=after.id).title == "Below one"
    around = found.after(full(other))
    assert around is not None
    assert Post.unscoped.get(pk=around.id).title == "Newer thread"
    assert [thread.board_id for thread in found.threads_after(full(old))] == [second.pk]


def test_what_was_read_is_not_there_and_what_was_marked_as_new_is() -> None:
    author = make_member()
    old = make_thread(title="Long ago", author=author)
    reader = principal_of(make_member())
    new = make_thread(title="New", author=author)
    make_thread(title="My own", author=make_member())
    mark_read(reader, [new.pk])
    mark_unread(reader, [old.pk])
    assert sorted(titles(reader)) == ["Long ago", "My own"]
    assert whats_new(reader).after(full(new)) is not None


def test_nothing_is_there_that_the_reader_may_not_see_or_does_not_want() -> None:
    author, ignored = make_member(), make_member()
    member = make_member()
    reader = principal_of(member)
    make_thread(make_private_board(make_group("", author)), "Private", author=author)
    held = make_thread(title="Held", author=author)
    change_state(full(held), State.HELD)
    make_thread(title="Ignored", author=ignored)
    make_thread(title="Seen", author=author)
    ignoring.ignore(reader, ignored)
    assert titles(reader) == ["Seen"]


def test_there_is_nothing_after_the_only_new_post_and_a_guest_has_none() -> None:
    reader = principal_of(make_member())
    only = make_thread()
    assert whats_new(reader).after(full(only)) is None
    with pytest.raises(Refused):
        whats_new(GUEST)


def test_five_hundred_among_a_million_ids_are_found_by_few_questions() -> None:
    author = make_member()
    reader = make_member()
    principal = principal_of(reader)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    first = make_thread(author=author)
    posts = [
        Post(
            pk=first.pk + 2000 * number,
            public_id=f"n{number}",
            message_id=f"<n{number}@example.org>",
            thread=first.thread, board=first.board, parent=first, depth=1, author=author,
            opens=f"P{number:04}", closes=f"P{number:04}x", title=f"New {number}",
            posted_at=at + timedelta(seconds=number),
        )
        for number in range(1, 501)
    ]  # fmt: skip
    Post.unscoped.bulk_create(posts)
    # All between them was read, as it is where somebody reads everything.
    read = BitMap64(range(first.pk, posts[-1].pk + 1)) - BitMap64(post.pk for post in posts)
    ReadMarks.unscoped.filter(pk=reader.pk).update(turned=read.serialize(), version=9)
    with CaptureQueriesContext(connection) as captured:
        found = whats_new(principal)
    assert (len(found.posts), found.is_all) == (500, True)
    assert len(captured) <= 6
    assert len(found.threads) == 1


def test_who_has_not_read_for_years_begins_with_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "MOST_FOUND", 3)
    author, reader = make_member(), principal_of(make_member())
    board = make_board()
    posts = [make_thread(board, f"Thread {number}", author=author) for number in range(5)]
    assert titles(reader) == ["Thread 4", "Thread 3", "Thread 2"]
    assert not whats_new(reader).is_all
    mark_read(reader, [post.pk for post in posts[2:]])
    assert titles(reader) == ["Thread 1", "Thread 0"]
    assert whats_new(reader).is_all


def test_ids_that_nobody_sees_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "EACH", 2)
    monkeypatch.setattr(news, "EACH_OF_RANGE", 3)
    monkeypatch.setattr(news, "MOST_ASKED", 1)
    author, reader = make_member(), principal_of(make_member())
    make_thread(title="Beneath", author=author)
    for _number in range(7):
        change_state(full(make_thread(author=author)), State.HELD)
    assert titles(reader) == ["Beneath"]
