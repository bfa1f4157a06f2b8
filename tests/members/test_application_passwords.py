"""Application passwords: what they let in, what they don't, and what is kept of their use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rejoinder.errors import BadInput, Missing, Refused, TooMany
from rejoinder.members import application_passwords as deeds
from rejoinder.members.models import ApplicationPassword, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, system
from rejoinder.policy.scopes import SENTENCES, VERBS, Scope, verbs_of
from rejoinder.policy.verbs import Verb
from tests.factories import make_board, make_member, make_thread, principal_of

pytestmark = pytest.mark.django_db


def make(member: Member, *scopes: Scope, name: str = "reader") -> tuple[ApplicationPassword, str]:
    return deeds.make(principal_of(member), member, name, scopes or [Scope.READ])


def test_a_secret_lets_its_program_in_and_its_use_is_marked() -> None:
    member = make_member("crash davis")
    made, secret = make(member, Scope.NEWS)
    for login in ["crash davis", "CRASH DAVIS"]:
        found = deeds.verify(login, secret, Scope.NEWS, address="192.0.2.77")
        assert found == (member, made)
    kept = ApplicationPassword.unscoped.get()
    assert kept.last_used_at is not None
    assert kept.last_used_from == "192.0.2.0/24", "the network, not the address"


@pytest.mark.parametrize(
    ("address", "network"),
    [("2001:db8:1:2::3", "2001:db8:1::/48"), ("::ffff:192.0.2.7", "192.0.2.0/24"), ("", "")],
)
def test_what_is_kept_of_where_it_was_used_is_a_network(address: str, network: str) -> None:
    member = make_member("Ann")
    _made, secret = make(member)
    deeds.verify("Ann", secret, Scope.READ, address=address)
    assert ApplicationPassword.unscoped.get().last_used_from == network


def test_a_secret_is_long_and_kept_as_a_hash_alone() -> None:
    _made, secret = make(make_member())
    letters = secret.replace("-", "")
    assert len(letters) == 28
    assert len(deeds.LETTERS) ** 28 > 2**128
    row = str(ApplicationPassword.unscoped.values_list().get())
    assert secret not in row
    assert letters not in row


def test_a_secret_may_be_typed_without_hyphens_in_any_case_and_with_spaces() -> None:
    make_member("Ann")
    _made, secret = make(Member.objects.get())
    for typed in [secret.replace("-", ""), secret.upper(), secret.replace("-", " ")]:
        assert deeds.verify("Ann", typed, Scope.READ)


def test_a_confirmed_address_names_its_member_and_an_unconfirmed_one_nobody() -> None:
    member = make_member("Ann")
    _made, secret = make(member)
    place = EmailAddress.objects.create(user=member, email="ann@example.org")
    with pytest.raises(Refused):
        deeds.verify("ann@example.org", secret, Scope.READ)
    place.verified = True
    place.save()
    assert deeds.verify("Ann@Example.org", secret, Scope.READ)[0] == member


def test_whatever_is_wrong_is_refused_in_the_same_words_with_the_same_work() -> None:
    ann, ben = make_member("Ann"), make_member("Ben")
    made, secret = make(ann, Scope.READ)
    revoked, old = make(ann, Scope.READ)
    deeds.revoke(principal_of(ann), ann, revoked.pk)
    closed = make_member("Cleo")
    _made, of_closed = make(closed)
    Member.objects.filter(pk=closed.pk).update(is_active=False)
    tried = [
        ("Ann", "wrong", Scope.READ), ("Nobody", secret, Scope.READ), ("Ben", secret, Scope.READ),
        ("Ann", secret, Scope.POST), ("Ann", old, Scope.READ), ("Ann", "", Scope.READ),
        ("Cleo", of_closed, Scope.READ), ("ann@example.org", secret, Scope.READ),
        ("", secret, Scope.READ), ("x" * 10_000, "\ud800", Scope.READ),
    ]  # fmt: skip
    seen = set()
    for login, typed, scope in tried:
        with CaptureQueriesContext(connection) as queries, pytest.raises(Refused) as refused:
            deeds.verify(login, typed, scope)
        reads = [
            query for query in queries if "members_" in query["sql"] or "account_" in query["sql"]
        ]
        seen.add((len(reads), refused.value.message))
    assert len(seen) == 1, seen
    assert ben.pk != made.member_id


def test_wrong_ones_are_limited_for_all_spellings_and_right_ones_are_not_counted() -> None:
    make_member("Ann")
    _made, secret = make(Member.objects.get())
    for _time in range(25):
        assert deeds.verify("Ann", secret, Scope.READ, address="192.0.2.1")
    for number in range(20):
        with pytest.raises(Refused):
            deeds.verify("ANN"[:3] if number % 2 else "ann", "wrong", Scope.READ)
    with pytest.raises(TooMany):
        deeds.verify("Ann", "wrong", Scope.READ)


def test_one_that_is_over_lets_nobody_in() -> None:
    member = make_member("Ann")
    made, secret = make(member)
    made.expires_at = timezone.now() - timedelta(seconds=1)
    made.save()
    with pytest.raises(Refused):
        deeds.verify("Ann", secret, Scope.READ)


def test_its_principal_is_the_members_within_its_scopes() -> None:
    member = make_member("Ann", is_administrator=True)
    made, secret = make(member, Scope.READ)
    board, thread = make_board(), make_thread()
    found = deeds.verify("Ann", secret, Scope.READ)
    principal = deeds.principal_of(*found, address="192.0.2.1")
    assert (principal.kind, principal.member_id) == (Kind.APPLICATION, member.pk)
    assert principal.address == "192.0.2.1"
    assert gate.may(principal, Verb.READ, thread)
    for verb, thing in [
        (Verb.START_THREAD, board), (Verb.RESPOND, thread), (Verb.ADMINISTER, board),
        (Verb.MODERATE, board), (Verb.SANCTION, make_member()),
    ]:  # fmt: skip
        assert not gate.may(principal, verb, thing), verb
    made.scopes = [Scope.POST.value, "one that is no more"]
    assert gate.may(deeds.principal_of(member, made), Verb.RESPOND, thread)


def test_no_scope_administers_sanctions_or_imports() -> None:
    assert set(VERBS) == set(SENTENCES) == set(Scope)
    forbidden = {Verb.ADMINISTER, Verb.SANCTION, Verb.IMPORT}
    assert not verbs_of(Scope) & forbidden
    assert all(Verb.READ in verbs for verbs in VERBS.values())


def test_a_program_makes_and_revokes_none() -> None:
    member = make_member("Ann")
    made, _secret = make(member, *Scope)
    program = deeds.principal_of(member, made)
    with pytest.raises(Refused):
        deeds.make(program, member, "another", [Scope.MODERATE])
    with pytest.raises(Refused):
        deeds.revoke(program, member, made.pk)


def test_nobody_makes_or_revokes_anothers() -> None:
    ann, ben = make_member("Ann"), make_member("Ben", is_administrator=True)
    made, secret = make(ann)
    for principal in [principal_of(ben), system("tests")]:
        with pytest.raises(Refused):
            deeds.make(principal, ann, "x", [Scope.READ])
        with pytest.raises(Refused):
            deeds.revoke(principal, ann, made.pk)
    with pytest.raises(Missing):
        deeds.revoke(principal_of(ben), ben, made.pk)
    assert deeds.verify("Ann", secret, Scope.READ)
    own = gate.visible(principal_of(ben), ApplicationPassword.objects.all())
    assert list(own) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "\ud800"])
def test_a_name_that_tells_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        make(make_member(), name=name)


def test_one_without_scopes_or_already_over_is_refused() -> None:
    member = make_member()
    with pytest.raises(BadInput, match="at least one"):
        deeds.make(principal_of(member), member, "x", [])
    with pytest.raises(BadInput, match="later"):
        deeds.make(principal_of(member), member, "x", [Scope.READ], timezone.now())


def test_there_are_not_too_many_of_one_member(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds, "MOST_PASSWORDS", 2)
    member = make_member()
    made, _secret = make(member)
    make(member)
    with pytest.raises(BadInput, match="Revoke one"):
        make(member)
    deeds.revoke(principal_of(member), member, made.pk)
    make(member)
