from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.boards.newsgroup_names import handle_in, newsgroup_name
from rejoinder.errors import BadInput, Refused
from rejoinder.members.models import Member
from rejoinder.policy.principals import GUEST
from rejoinder.posts import graft
from rejoinder.reading import newsrc
from rejoinder.reading.mark import mark_read, mark_unread
from rejoinder.reading.marks import marks_of
from rejoinder.reading.newsrc_lines import Group, NoGroup, parse, write
from rejoinder.threads.models import Numbering, Post, State
from tests.factories import (
    hide,
    make_board,
    make_group,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)

PREFIX = "example"
NUMBERS = st.sets(st.integers(1, 60))


def new_to(member: Member) -> set[int]:
    """Return which of all posts are new to a member."""
    return set(marks_of(member.pk).new_among(Post.unscoped.values_list("pk", flat=True)))


def number_of(post: Post) -> int:
    """Return a post's number on its board."""
    return Numbering.unscoped.get(post=post, board=post.board).number


def ranges_of(numbers: set[int]) -> list[tuple[int, int]]:
    """Return numbers as ranges, one by one."""
    return [(number, number) for number in sorted(numbers)]


@given(NUMBERS, st.booleans())
def test_a_line_that_is_written_is_read_back(numbers: set[int], is_subscribed: bool) -> None:
    line = write("a.group", ranges_of(numbers), is_subscribed=is_subscribed)
    assert list(parse(line)) == [Group(1, "a.group", is_subscribed, ranges_of(numbers))]


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for said in parse(text):
        assert isinstance(said, Group | NoGroup)


@pytest.mark.parametrize(
    ("line", "ranges"),
    [
        ("a.group: 1-5,7", [(1, 5), (7, 7)]),
        ("a.group! 1-5,7", [(1, 5), (7, 7)]),
        ("a.group:", []),
        ("a.group:1-3, 5 ,9", [(1, 3), (5, 5), (9, 9)]),
        ("  a.group: 0-7  ", [(0, 7)]),
    ],
)
def test_lines_as_newsreaders_write_them(line: str, ranges: list[tuple[int, int]]) -> None:
    (said,) = parse(line)
    assert isinstance(said, Group)
    assert said.ranges == ranges


@pytest.mark.parametrize(
    "line",
    ["a.group", "a.group: 5-1", "a.group: x", "a.group: 1-2-3", ": 1", "a: 99999999999999999999"],
)
def test_a_bad_line_is_named_by_its_number(line: str) -> None:
    assert list(parse(f"\n# mine\noptions -x\n{line}")) == [NoGroup(4, line)]


def test_names_and_handles_belong_together() -> None:
    assert newsgroup_name("cats", "example") == "example.cats"
    assert handle_in("Example.Cats", "example") == "cats"
    assert handle_in("other.cats", "example") is None
    assert handle_in("cats", "example") is None


@pytest.mark.django_db
def test_what_is_new_is_left_out_of_the_file() -> None:
    board = make_board()
    root = make_thread(board)
    member = make_member()
    second, third, fourth = (make_response(root) for _number in range(3))
    mark_read(principal_of(member), [third.pk])
    mark_unread(principal_of(member), [root.pk])
    del second, fourth
    name = newsgroup_name(board.handle_id, PREFIX)
    assert newsrc.export(principal_of(member), PREFIX) == f"{name}: 3\n"


@pytest.mark.django_db
def test_a_file_taken_back_changes_nothing_and_another_members_is_merged() -> None:
    board = make_board()
    one, other = make_member(), make_member()
    posts = [make_thread(board) for _number in range(4)]
    mark_read(principal_of(one), [posts[0].pk, posts[3].pk])
    mark_read(principal_of(other), [posts[1].pk])
    before = marks_of(one.pk)
    file = newsrc.export(principal_of(one), PREFIX).encode()
    assert newsrc.take_over(principal_of(one), file, PREFIX).posts_count == 0
    assert marks_of(one.pk, before) is before
    taken = newsrc.take_over(principal_of(other), file, PREFIX)
    assert (taken.groups_count, taken.posts_count, taken.bad) == (1, 2, [])
    assert new_to(other) == {posts[2].pk}


@pytest.mark.django_db
def test_bad_lines_and_hidden_groups_are_named_alike_and_the_others_taken() -> None:
    member, post = make_member(), make_thread()
    insider = make_member()
    private = make_thread(make_private_board(make_group("", insider)), author=insider)
    hidden = newsgroup_name(private.board.handle_id, PREFIX)
    good = newsgroup_name(post.board.handle_id, PREFIX).upper()
    file = f"{hidden}: 1-9\r\nno.such: 1\r\nrubbish\r\n{good}! 1-99999999999\r\n"
    taken = newsrc.take_over(principal_of(member), file.encode(), PREFIX)
    assert [(bad.line, bad.text) for bad in taken.bad] == [
        (1, hidden),
        (2, "no.such"),
        (3, "rubbish"),
    ]
    assert taken.bad[0].why == taken.bad[1].why
    assert new_to(member) == {private.pk}
    assert hidden not in newsrc.export(principal_of(member), PREFIX)


@pytest.mark.django_db
def test_a_moved_posts_old_number_still_means_it_and_a_hidden_ones_nothing() -> None:
    member, board = make_member(), make_board()
    moved = make_thread(board)
    hidden = hide(make_thread(board), State.REMOVED)
    graft.move(Post.unscoped.select_related("board", "thread").get(pk=moved.pk), make_board())
    file = f"{newsgroup_name(board.handle_id, PREFIX)}: 1-9"
    assert newsrc.take_over(principal_of(member), file.encode(), PREFIX).posts_count == 1
    assert new_to(member) == {hidden.pk}


@pytest.mark.django_db
def test_what_is_no_newsrc_is_refused_and_many_bad_lines_are_counted() -> None:
    principal = principal_of(make_member())
    for octets in (b"\0", b"a" * (newsrc.MAX_OCTETS + 1)):
        with pytest.raises(BadInput):
            newsrc.take_over(principal, octets, PREFIX)
    taken = newsrc.take_over(principal, b"bad\n" * 60, PREFIX)
    assert (len(taken.bad), taken.more_bad_count) == (newsrc.MOST_NAMED, 10)
    with pytest.raises(Refused):
        newsrc.export(GUEST, PREFIX)


@pytest.mark.django_db
def test_a_new_post_is_found_under_its_number() -> None:
    member, board = make_member(), make_board()
    posts = [make_thread(board) for _number in range(3)]
    file = f"{newsgroup_name(board.handle_id, PREFIX)}: {number_of(posts[1])}"
    newsrc.take_over(principal_of(member), file.encode(), PREFIX)
    assert new_to(member) == {posts[0].pk, posts[2].pk}
