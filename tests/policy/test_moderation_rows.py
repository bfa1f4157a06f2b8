"""Who sees what hangs on cases and deeds, and deeds that reached more than one board."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.db.models import Model

from rejoinder.boards.grants import EVERYONE, MEMBERS, Granted, put_rights
from rejoinder.boards.models import Ability, Board
from rejoinder.members.models import Member
from rejoinder.moderation.models import (
    Case,
    CaseKind,
    Deed,
    DeedKind,
    DeedPost,
    Notice,
    Report,
    Role,
    Statement,
)
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_group, make_held, make_member, make_thread

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Two:
    """Two boards that all members read, and who moderates which."""

    here: Board
    there: Board
    of_here: Principal
    of_both: Principal
    steward: Principal
    plain: Principal

    def everybody(self) -> dict[str, Principal]:
        return {
            "guest": GUEST,
            "plain": self.plain,
            "of here": self.of_here,
            "of both": self.of_both,
            "steward": self.steward,
        }


def _asks(*groups: int, everywhere: bool = False, approves: bool = False) -> Principal:
    return Principal(
        Kind.MEMBER,
        member_id=make_member().pk,
        groups=frozenset(groups),
        moderates_everywhere=everywhere,
        approves=approves,
    )


@pytest.fixture
def two() -> Two:
    here, there = make_board(), make_board()
    groups = [make_group().pk, make_group().pk]
    for board, group in zip((here, there), groups, strict=True):
        rights = {
            Ability.READ: MEMBERS,
            Ability.START: MEMBERS,
            Ability.RESPOND: MEMBERS,
            Ability.MODERATE: Granted(groups=frozenset({group})),
        }
        put_rights(board, rights)
    return Two(here, there, _asks(groups[0]), _asks(*groups), _asks(everywhere=True), _asks())


def deed(*posts: Post, board: Board | None = None, is_public: bool = True) -> Deed:
    made = Deed.unscoped.create(
        kind=DeedKind.REMOVE, role=Role.MODERATOR, board=board, is_public=is_public
    )
    for post in posts:
        DeedPost.unscoped.create(deed=made, post=post, before=State.VISIBLE, after=State.REMOVED)
    return made


def who_sees(two: Two, row: Model, **others: Principal) -> set[str]:
    rows = type(row).objects.filter(pk=row.pk)  # type: ignore[attr-defined]
    asked = {**two.everybody(), **others}
    return {name for name, asks in asked.items() if gate.visible(asks, rows).exists()}


def who_may(two: Two, verb: gate.Verb, thing: Model) -> set[str]:
    return {name for name, asks in two.everybody().items() if gate.may(asks, verb, thing)}


def to_whom(two: Two, done: Deed) -> set[str]:
    """Return to whom it's shown which moderator did a deed."""
    who = gate.Field.WHO
    return {name for name, asks in two.everybody().items() if gate.shows(asks, who, done)}


def test_a_report_is_seen_by_its_boards_moderators_and_by_who_sent_it(two: Two) -> None:
    case = Case.unscoped.create(kind=CaseKind.REPORTED, post=make_thread(two.here))
    by = _asks()
    sent = Report.unscoped.create(case=case, by_id=by.member_id)
    assert who_sees(two, sent, sender=by) == {"of here", "of both", "steward", "sender"}
    from_a_guest = Report.unscoped.create(case=case)
    assert who_sees(two, from_a_guest, sender=by) == {"of here", "of both", "steward"}
    elsewhere = Case.unscoped.create(kind=CaseKind.REPORTED, post=make_thread(two.there))
    of_another = Report.unscoped.create(case=elsewhere)
    assert who_sees(two, of_another) == {"of both", "steward"}


def test_a_statement_is_seen_by_its_boards_moderators_and_by_whom_it_is_for(two: Two) -> None:
    to = _asks()
    given = Statement.unscoped.create(deed=deed(board=two.here), member_id=to.member_id)
    assert who_sees(two, given, author=to) == {"of here", "of both", "steward", "author"}
    given = Statement.unscoped.create(deed=deed(board=two.there), member=make_member())
    assert who_sees(two, given, author=to) == {"of both", "steward"}


def test_a_notice_is_seen_by_whom_it_is_for_alone(two: Two) -> None:
    given = Notice.unscoped.create(member_id=two.plain.member_id)
    assert who_sees(two, given, other=_asks()) == {"plain"}


def test_what_a_deed_reached_is_seen_by_who_reads_its_board(two: Two) -> None:
    reached = deed(make_thread(two.here), board=two.here).posts(manager="unscoped").get()
    assert who_sees(two, reached) == {"plain", "of here", "of both", "steward"}


def test_a_deed_on_two_boards_is_told_on_both_and_undone_by_who_moderates_both(two: Two) -> None:
    done = deed(make_thread(two.here), make_thread(two.there))
    assert who_sees(two, done) == {"plain", "of here", "of both", "steward"}
    assert who_may(two, gate.Verb.READ, done) == {"plain", "of here", "of both", "steward"}
    assert who_may(two, gate.Verb.MODERATE, done) == {"of both", "steward"}
    assert to_whom(two, done) == {"of here", "of both", "steward"}


def test_a_deed_on_two_boards_that_is_not_public_is_seen_by_their_moderators(two: Two) -> None:
    done = deed(make_thread(two.here), make_thread(two.there), is_public=False)
    assert who_sees(two, done) == {"of here", "of both", "steward"}
    done = deed(make_thread(two.there), is_public=False)
    assert who_sees(two, done) == {"of both", "steward"}
    assert to_whom(two, done) == {"of both", "steward"}


def test_a_deed_that_reached_no_board_is_seen_if_public_and_undone_by_who_moderates_all(
    two: Two,
) -> None:
    assert who_sees(two, deed()) == set(two.everybody())
    assert who_sees(two, deed(is_public=False)) == {"steward"}
    assert who_may(two, gate.Verb.MODERATE, deed()) == {"steward"}
    assert to_whom(two, deed()) == {"steward"}


def test_of_a_deed_with_a_board_its_posts_say_nothing(two: Two) -> None:
    """A thread that was moved is told where it was moved from, even once it is away."""
    done = deed(make_thread(two.here), board=two.there, is_public=False)
    assert who_sees(two, done) == {"of both", "steward"}
    assert who_may(two, gate.Verb.MODERATE, done) == {"of both", "steward"}


def test_a_move_is_told_on_both_boards_and_undone_by_who_moderates_both(two: Two) -> None:
    for board, from_board in ((two.here, two.there), (two.there, two.here)):
        for is_public, extra in ((True, {"plain"}), (False, set())):
            done = deed(board=board, is_public=is_public)
            done.from_board = from_board
            done.save()
            assert who_sees(two, done) == {"of here", "of both", "steward"} | extra
            assert who_may(two, gate.Verb.MODERATE, done) == {"of both", "steward"}
            assert to_whom(two, done) == {"of here", "of both", "steward"}


def test_a_deed_is_told_where_it_came_from_whatever_else_it_reached(two: Two) -> None:
    """No deed is like these; if one were, each condition alone would tell it."""
    reached = deed(make_thread(two.here), is_public=False)
    nowhere = deed()
    for done in (reached, nowhere):
        done.from_board = two.here
        done.save()
    assert who_sees(two, reached) == {"of here", "of both", "steward"}
    assert who_sees(two, nowhere) == set(two.everybody())


def test_a_deed_on_a_post_that_is_gone_from_its_list_is_not_everybodys(two: Two) -> None:
    done = deed()
    done.post = make_thread(two.here)
    done.save()
    assert who_sees(two, done) == {"steward"}


def test_an_appeal_that_is_about_no_post_is_for_who_moderates_every_board(two: Two) -> None:
    case = Case.unscoped.create(kind=CaseKind.APPEAL)
    assert who_sees(two, case) == {"steward"}
    assert who_may(two, gate.Verb.READ, case) == {"steward"}
    assert who_may(two, gate.Verb.MODERATE, case) == {"steward"}


@pytest.mark.parametrize("kind", CaseKind)
def test_a_trusted_member_sees_the_cases_of_held_posts_alone(two: Two, kind: CaseKind) -> None:
    trusted = _asks(approves=True)
    for post in (make_held(make_thread(two.here)), make_thread(two.here)):
        case = Case.unscoped.create(kind=kind, post=post)
        theirs = kind is CaseKind.HELD and post.state == State.HELD
        assert gate.may(trusted, gate.Verb.READ, case) == theirs
        assert gate.visible(trusted, Case.objects.filter(pk=case.pk)).exists() == theirs
        assert not gate.may(trusted, gate.Verb.MODERATE, case)


def test_a_trusted_member_has_no_case_of_their_own_posts_or_of_shown_ones(two: Two) -> None:
    trusted = _asks(approves=True)
    root = make_thread(two.here)
    own = make_held(root, author=Member.objects.get(pk=trusted.member_id))
    for post in (own, root):
        case = Case.unscoped.create(kind=CaseKind.HELD, post=post)
        Post.unscoped.filter(pk=post.pk).update(state=State.HELD)
        case = Case.unscoped.get(pk=case.pk)
        assert not gate.may(trusted, gate.Verb.READ, case)
        assert not gate.visible(trusted, Case.objects.filter(pk=case.pk)).exists()


def test_a_desk_is_had_by_who_moderates_anything(two: Two) -> None:
    from rejoinder.moderation.rights import moderates_something

    having = {name for name, asks in two.everybody().items() if moderates_something(asks)}
    assert having == {"of here", "of both", "steward"}
    for asks in two.everybody().values():
        assert not moderates_something(replace(asks, is_off_duty=True))


def test_guests_read_what_was_done_where_everyone_reads(two: Two) -> None:
    put_rights(two.there, {**_public(), Ability.MODERATE: Granted()})
    assert who_sees(two, deed(make_thread(two.there))) >= {"guest"}
    assert who_sees(two, deed(board=two.there)) >= {"guest"}


def _public() -> dict[Ability, Granted]:
    return {Ability.READ: EVERYONE, Ability.START: MEMBERS, Ability.RESPOND: MEMBERS}
