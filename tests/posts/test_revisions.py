"""Who sees what a post said before."""

from __future__ import annotations

import pytest

from rejoinder.errors import Missing
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.revisions import own_or_visible, versions
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post
from tests.factories import make_board, make_response, make_thread, principal_of
from tests.web.reading import found_post

pytestmark = pytest.mark.django_db


def said(principal: Principal, post: Post) -> list[str]:
    return [version.source for version in versions(principal, fresh(post))]


def fresh(post: Post) -> Post:
    return Post.unscoped.get(pk=post.pk)


def change(post: Post, source: str) -> None:
    post = fresh(post)
    edit(principal_of(post.author), post, Change(post.title, source, post.edits_count))


def test_an_edit_while_no_answer_is_there_any_more_is_the_authors_alone():
    post = make_thread(source="one")
    answer = make_response(post)
    change(post, "two")
    withdraw(principal_of(answer.author), answer)
    change(post, "three")
    change(post, "four")
    assert said(principal_of(post.author), post) == ["one", "two", "three", "four"]
    assert said(GUEST, post) == ["one", "four"]


def test_each_version_has_the_time_when_it_came_to_stand_there():
    post = make_thread(source="one")
    make_response(post)
    change(post, "two")
    shown = versions(GUEST, fresh(post))
    assert shown[0].since == post.posted_at
    assert shown[1].since == fresh(post).edited_at


def test_a_withdrawn_post_is_there_for_its_author_and_nobody_else():
    post = make_thread(source="one")
    withdraw(principal_of(post.author), post)
    assert own_or_visible(principal_of(post.author), post.public_id) == post
    with pytest.raises(Missing):
        own_or_visible(GUEST, post.public_id)


def test_others_see_an_archives_revisions_without_its_mail_addresses():
    post = found_post(make_board(), "a@x", source="Write to ana@ship.example")
    found_post(post.board, "b@x", answers=("a@x",))
    edit(system("tests"), post, Change(post.title, "Write to ana@ship.example soon", 0))
    assert said(GUEST, post) == ["Write to ana@…", "Write to ana@… soon"]
    author = Principal(Kind.MEMBER, member_id=post.author_id)
    assert said(author, post)[0] == "Write to ana@ship.example"
