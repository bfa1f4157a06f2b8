from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyroaring import FrozenBitMap64

from rejoinder.errors import BadInput, Missing, Refused, TooMany
from rejoinder.limits.table import changed
from rejoinder.members import belongings
from rejoinder.members.export import ZipArchive
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.policy.scopes import Scope, verbs_of
from rejoinder.posts.claim import claim
from rejoinder.posts.restore import restore
from rejoinder.reading import keep
from rejoinder.reading.mark import MOST_POSTS, mark_read, mark_unread
from rejoinder.reading.marks import NOTHING_NEW, Marks, marks_of
from rejoinder.reading.models import ReadMarks
from rejoinder.threads.models import Post, State
from tests.factories import (
    hide,
    make_board,
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)
from tests.members.everything import found

pytestmark = pytest.mark.django_db


def new_to(member: Member) -> set[int]:
    """Return which of all posts are new to a member."""
    return set(marks_of(member.pk).new_among(Post.unscoped.values_list("pk", flat=True)))


def test_what_was_there_at_joining_is_read_and_what_comes_later_is_new() -> None:
    earlier = make_thread()
    member = make_member()
    later = make_response(earlier)
    marks = marks_of(member.pk)
    assert not marks.is_new(earlier.pk)
    assert marks.is_new(later.pk)
    assert marks.new_among([earlier.pk, later.pk]) == {later.pk}


def test_a_read_post_is_new_no_more_and_to_others_it_still_is() -> None:
    member, other = make_member(), make_member()
    post = make_thread()
    mark_read(principal_of(member), [post.pk])
    assert new_to(member) == set()
    assert new_to(other) == {post.pk}


def test_a_post_is_marked_unread_again_also_one_from_before_joining() -> None:
    earlier = make_thread()
    member = make_member()
    later = make_thread()
    principal = principal_of(member)
    mark_read(principal, [later.pk])
    mark_unread(principal, [earlier.pk, later.pk])
    assert new_to(member) == {earlier.pk, later.pk}
    mark_read(principal, [earlier.pk, later.pk])
    assert new_to(member) == set()


def test_a_members_own_posts_are_never_new_to_them() -> None:
    member, other = make_member(), make_member()
    thread = make_thread(author=member)
    held = make_held(thread, author=other)
    mark_unread(principal_of(member), [thread.pk])
    assert thread.pk not in new_to(member)
    assert new_to(other) == {thread.pk, held.pk}


def test_claimed_posts_are_not_new_to_who_wrote_them() -> None:
    member, other = make_member(), make_member()
    board = make_board()
    post = restore(system("tests"), found(board, 1, "Somebody", "somebody@old.example")).post
    assert new_to(member) == {post.pk}
    claim(member, "somebody@old.example")
    assert new_to(member) == set()
    assert new_to(other) == {post.pk}


def test_the_version_changes_with_what_is_marked_and_only_then() -> None:
    member, post = make_member(), make_thread()
    principal = principal_of(member)
    before = marks_of(member.pk)
    mark_read(principal, [post.pk])
    after = marks_of(member.pk)
    assert after.version > before.version > 0
    mark_read(principal, [post.pk])
    assert marks_of(member.pk).version == after.version
    mark_unread(principal, [post.pk])
    assert marks_of(member.pk).version > after.version


def test_marks_kept_from_before_are_good_until_something_is_marked() -> None:
    member, post = make_member(), make_thread()
    kept = marks_of(member.pk)
    assert marks_of(member.pk, kept) is kept
    mark_read(principal_of(member), [post.pk])
    assert not marks_of(member.pk, kept).is_new(post.pk)
    # What was handed out doesn't change under who has it.
    assert kept.is_new(post.pk)


def test_asking_takes_one_query_and_reads_no_set_that_is_known() -> None:
    member, post = make_member(), make_thread()
    mark_read(principal_of(member), [post.pk])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        kept = marks_of(member.pk)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        marks_of(member.pk, kept)
    assert len(queries) == 1


def test_to_who_has_no_row_nothing_is_new_until_they_sign_in_again() -> None:
    member = make_member()
    ReadMarks.unscoped.filter(pk=member.pk).delete()
    earlier = make_thread()
    assert marks_of(member.pk) is NOTHING_NEW
    keep.begin_at_sign_in(None, member)
    later = make_thread()
    assert new_to(member) == {later.pk}
    keep.begin_at_sign_in(None, member)
    assert new_to(member) == {later.pk}
    assert earlier.pk < later.pk


def test_to_mark_begins_the_marks_of_who_has_none() -> None:
    member = make_member()
    ReadMarks.unscoped.filter(pk=member.pk).delete()
    post = make_thread()
    mark_unread(principal_of(member), [post.pk])
    assert new_to(member) == {post.pk}


def test_what_a_member_does_not_see_is_not_marked_and_nothing_tells() -> None:
    member = make_member()
    hidden = make_thread(
        make_private_board(make_group()), author=make_member(is_administrator=True)
    )
    seen = make_thread()
    withdrawn = hide(make_response(seen), State.WITHDRAWN)
    missing = withdrawn.pk + 1000
    before = new_to(member)
    mark_read(principal_of(member), [hidden.pk, withdrawn.pk, missing])
    assert new_to(member) == before
    version = marks_of(member.pk).version
    mark_unread(principal_of(member), [hidden.pk, withdrawn.pk, missing])
    assert marks_of(member.pk).version == version


def test_guests_mark_nothing() -> None:
    post = make_thread()
    for principal in (GUEST, Principal(Kind.REMOTE)):
        with pytest.raises(Refused):
            mark_read(principal, [post.pk])


def test_a_program_that_may_read_marks_for_its_member_and_no_other_does() -> None:
    member, post = make_member(), make_thread()
    with pytest.raises(Missing):
        mark_read(Principal(Kind.APPLICATION, member.pk, verbs=frozenset()), [post.pk])
    assert new_to(member) == {post.pk}
    reader = Principal(Kind.APPLICATION, member.pk, verbs=verbs_of([Scope.READ]))
    mark_read(reader, [post.pk])
    assert new_to(member) == set()


def test_nobody_sees_anothers_marks_an_administrator_neither() -> None:
    member, chief = make_member(), make_member(is_administrator=True)
    marks = ReadMarks.unscoped.get(pk=member.pk)
    assert gate.may(principal_of(member), gate.Verb.READ, marks)
    for principal in (principal_of(chief), GUEST, system("tests")):
        assert not gate.may(principal, gate.Verb.READ, marks)
        seen = gate.visible(principal, ReadMarks.objects.all())
        assert member.pk not in set(seen.values_list("pk", flat=True))


def test_what_was_read_is_exported_and_erased_with_the_account() -> None:
    earlier = make_thread()
    member, post = make_member(), make_thread()
    mark_read(principal_of(member), [post.pk])
    mark_unread(principal_of(member), [earlier.pk])
    file = BytesIO()
    own = next(each for each in belongings.registered() if each.name == "reading")
    archive = ZipArchive(file)
    counts = {"read_since_joining": 1, "marked_unread": 1}
    assert own.export(member, archive) == {**counts, "fetched_articles_are_read": False}
    archive.close()
    with zipfile.ZipFile(file) as kept:
        assert json.loads(kept.read("read.json")) == [f"/p/{post.public_id}"]
        assert json.loads(kept.read("marked-unread.json")) == [f"/p/{earlier.public_id}"]
    assert own.count(member) == 1
    own.erase(member, False)
    assert own.count(member) == 0
    assert own.export(member, archive) is None


def test_so_many_posts_are_marked_at_once_and_one_more_is_refused() -> None:
    principal = principal_of(make_member())
    mark_read(principal, range(1, MOST_POSTS + 1))
    with pytest.raises(BadInput):
        mark_read(principal, range(1, MOST_POSTS + 2))


def test_ids_past_the_32nd_bit_are_kept() -> None:
    marks = Marks(1, 5, FrozenBitMap64([1 << 40]))
    assert not marks.is_new(1 << 40)
    assert marks.is_new((1 << 40) + 1)
    member = make_member()
    keep.read(member.pk, [1 << 40])
    assert not marks_of(member.pk).is_new(1 << 40)
    assert marks_of(member.pk).is_new((1 << 40) - 1)


def test_marking_is_limited(settings: object) -> None:
    settings.LIMITS = changed([("marks", "2 per 1m")])  # type: ignore[attr-defined]
    member, post = make_member(), make_thread()
    for _time in range(2):
        mark_read(principal_of(member), [post.pk])
    with pytest.raises(TooMany):
        mark_read(principal_of(member), [post.pk])
