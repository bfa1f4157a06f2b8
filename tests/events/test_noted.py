from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from rejoinder.boards.models import Ability, Audience, Board, Grant, Site
from rejoinder.events import noted, triggers
from rejoinder.events.models import Change
from rejoinder.events.noted import ALL_SEATS, seat_of_member, seat_of_session
from rejoinder.members.models import (
    AddressBan,
    Group,
    Ignore,
    Member,
    Membership,
    OfficeTerms,
    StandingTerms,
)
from rejoinder.moderation.models import Deed, DeedKind, Role
from rejoinder.operations.recount import recount
from rejoinder.policy.principals import system
from rejoinder.posts.edit import Change as Words
from rejoinder.posts.edit import edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import lock
from rejoinder.threads.models import Post, PostText, State, Thread
from tests.factories import make_board, make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db

# Tables whose rows stand on no page that guests share, or never change alone.
NOT_NOTED = {
    "Change": "it is the notes",
    "Epoch": "drawn by the triggers",
    "Attempts": "counts of limits",
    "Mark": "counts of limits",
    "Progress": "an import's ledger",
    "Departed": "the deleted account's member is noted",
    "AdministratorLink": "on no page",
    "Invite": "administrators alone see them",
    "ApplicationPassword": "its member alone sees it",
    "Numbering": "numbers are on no page",
    "Alias": "finds a post, and is on no page",
    "Awaited": "finds a place, and is on no page",
    "BoardTally": "changes with posts alone; recounting notes it",
    "Original": "on no page",
    "Case": "the desk's",
    "Report": "the desk's",
    "Statement": "a member's own",
    "Notice": "a member's own",
    "ReasonTemplate": "the desk's",
    "Firing": "the desk's, and the author's own",
    "TextPrint": "rules' memory",
    "PrintMark": "rules' memory",
    "WaitingFile": "its member alone sees it",
    "KeptDraft": "its member alone sees it",
    "KeptAnswer": "a program's own",
    "Topic": "the hub's memory of feeds",
    "Subscription": "the hub's",
    "Intent": "the hub's",
}


def test_every_table_is_noted_or_known_not_to_stand_on_pages() -> None:
    ours = {
        model
        for config in apps.get_app_configs()
        if config.name.startswith("rejoinder.")
        for model in config.get_models()
    }
    registered = {table.model for table in noted.tables()}
    assert {model.__name__ for model in ours - registered} == set(NOT_NOTED)


def changes_of(deed: Callable[[], object]) -> set[tuple[int | None, int | None, int | None]]:
    """Return what is noted while something is done."""
    before = set(Change.objects.values_list("pk", flat=True))
    deed()
    found = Change.objects.exclude(pk__in=before).filter(seat="")
    return set(found.values_list("thread_id", "board_id", "member_id"))


def seats_of(deed: Callable[[], object]) -> set[str]:
    """Return the seats that are noted while something is done."""
    before = set(Change.objects.values_list("pk", flat=True))
    deed()
    found = Change.objects.exclude(pk__in=before).exclude(seat="")
    assert all(change.thread_id is None for change in found)
    return set(found.values_list("seat", flat=True))


def trigger_names() -> list[str]:
    return [name for name, _table, _statements in triggers._wanted()]


EVERYTHING = (None, None, None)


def test_a_new_post_is_noted_with_its_thread_board_and_author() -> None:
    root = make_thread()
    author = make_member()
    noticed = changes_of(lambda: make_response(root, author=author))
    assert noticed == {(root.thread_id, root.board_id, author.pk)}


def test_an_edited_text_is_noted() -> None:
    root = make_thread(source="Once.")
    assert changes_of(
        lambda: edit(principal_of(root.author), root, Words(root.title, "Twice.", 0))
    ) >= {(root.thread_id, root.board_id, None)}


def test_a_withdrawn_post_is_noted() -> None:
    root = make_thread()
    answer = make_response(root)
    noticed = changes_of(lambda: withdraw(principal_of(answer.author), answer))
    assert (root.thread_id, root.board_id, answer.author_id) in noticed


def test_a_post_that_leaves_its_thread_is_noted_for_both() -> None:
    here, there = make_thread(), make_thread()
    answer = make_response(here)
    moved = Post.unscoped.filter(pk=answer.pk)
    noticed = changes_of(lambda: moved.update(thread=there.thread, board=there.board))
    assert noticed == {
        (here.thread_id, here.board_id, answer.author_id),
        (there.thread_id, there.board_id, answer.author_id),
    }


def test_counting_a_response_notes_nothing_of_its_parent() -> None:
    root = make_thread()
    counted = Post.unscoped.filter(pk=root.pk)
    assert changes_of(lambda: counted.update(responses_count=7)) == set()


def test_a_locked_thread_is_noted() -> None:
    root = make_thread()
    noticed = changes_of(lambda: lock.lock(root.thread))
    assert noticed == {(root.thread_id, root.board_id, None)}


def test_a_boards_name_rights_and_the_site_concern_everything() -> None:
    board = make_board()
    right = Grant.unscoped.filter(board=board)
    assert changes_of(lambda: Board.unscoped.filter(pk=board.pk).update(name="Else")) == {
        EVERYTHING
    }
    assert changes_of(right.delete) == {EVERYTHING}
    given = Grant(board=board, ability=Ability.READ, audience=Audience.MEMBERS)
    assert changes_of(given.save) == {EVERYTHING}
    assert changes_of(lambda: Site.objects.update(title="Else")) == {EVERYTHING}


def test_a_members_name_concerns_everything_and_a_sign_in_nothing() -> None:
    member = make_member()
    row = Member.objects.filter(pk=member.pk)
    assert changes_of(lambda: row.update(name="Somebody Else")) == {EVERYTHING}
    assert changes_of(lambda: row.update(last_login=timezone.now())) == set()
    member.refresh_from_db()
    # All columns are written, and none of them is other.
    assert changes_of(member.save) == set()


def test_a_deed_is_noted_for_its_thread() -> None:
    root = make_thread()
    deed = Deed(kind=DeedKind.LOCK, role=Role.MODERATOR, post=root, board=root.board)
    assert changes_of(deed.save) == {(root.thread_id, root.board_id, None)}


def test_what_is_written_past_the_program_is_noted_too() -> None:
    root = make_thread(source="Once.")

    def by_hand() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE threads_posttext SET html = 'x' WHERE post_id = %s", [root.pk])

    assert changes_of(by_hand) == {(root.thread_id, root.board_id, None)}


def test_counts_put_right_concern_everything() -> None:
    root = make_thread()
    assert changes_of(recount) == set()
    Thread.unscoped.filter(pk=root.thread_id).update(posts_count=9)
    assert changes_of(recount) == {EVERYTHING}


def test_a_filled_place_is_noted() -> None:
    root = make_thread()
    text = PostText.unscoped.get(post=root)
    Post.unscoped.filter(pk=root.pk).update(state=State.MISSING)
    noticed = changes_of(lambda: Post.unscoped.filter(pk=root.pk).update(state=State.VISIBLE))
    assert noticed == {(root.thread_id, root.board_id, root.author_id)}
    assert text.html == PostText.unscoped.get(post=root).html


def test_triggers_that_were_lost_are_made_again() -> None:
    root = make_thread()
    name = next(t for t in trigger_names() if t.endswith("_threads_post_update"))
    drop = f"DROP TRIGGER {name}"
    with connection.cursor() as cursor:
        cursor.execute(drop if connection.vendor == "sqlite" else f"{drop} ON threads_post")
    retitled = Post.unscoped.filter(pk=root.pk)
    assert changes_of(lambda: retitled.update(title="One")) == set()
    triggers.install()
    assert changes_of(lambda: retitled.update(title="Two")) != set()


def test_a_system_job_that_retitles_is_noted() -> None:
    root = make_thread()
    noticed = changes_of(lambda: edit(system("tests"), root, Words("Another title", "", 0)))
    assert (root.thread_id, root.board_id, root.author_id) in noticed


def test_whatever_makes_a_member_who_they_are_is_noted_for_their_seats() -> None:
    member, other = make_member(), make_member()
    seats = {seat_of_member(member.pk)}
    row = Member.objects.filter(pk=member.pk)
    assert seats_of(lambda: row.update(unread_notices=1)) == seats
    assert seats_of(lambda: row.update(password="other")) == seats
    crew = Group.objects.create(name="Crew")
    belonging = Membership(group=crew, member=member)
    assert seats_of(belonging.save) == seats
    assert seats_of(belonging.delete) == seats
    assert seats_of(Ignore(member=member, ignored=other).save) == seats
    app = Authenticator(user=member, type=Authenticator.Type.TOTP, data={})
    assert seats_of(app.save) == seats
    assert seats_of(app.delete) == seats


def test_what_concerns_all_members_is_noted_for_every_seat() -> None:
    crew = Group.objects.create(name="Crew")
    assert seats_of(lambda: Group.unscoped.update(moderates_everywhere=True)) == {ALL_SEATS}
    assert seats_of(crew.delete) == {ALL_SEATS}
    ban = AddressBan(network="192.0.2.0/24", until=timezone.now())
    assert seats_of(ban.save) == {ALL_SEATS}
    assert seats_of(StandingTerms(standing=1).save) == {ALL_SEATS}
    assert seats_of(OfficeTerms(pk=1).save) == {ALL_SEATS}


def test_a_session_that_ends_or_holds_something_else_is_noted_by_the_beginning_of_its_key() -> None:
    held = Session(session_key="k" * 32, session_data="one", expire_date=timezone.now())
    assert seats_of(held.save) == set()
    held.session_data = "two"
    assert seats_of(held.save) == {seat_of_session("k" * 32)} == {"s" + "k" * 8}
    assert seats_of(held.delete) == {"s" + "k" * 8}
