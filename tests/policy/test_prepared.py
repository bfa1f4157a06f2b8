"""Queries that ask the gate, their SQL written once for each shape of principals."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.members.models import Member
from rejoinder.members.principals import principal_for
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import GUEST
from rejoinder.statements.prepared import NUMBER
from rejoinder.threads.models import Post
from tests.factories import make_group, make_member, make_private_board, make_response, make_thread

pytestmark = pytest.mark.django_db

RESPONSES = ForPrincipal(
    lambda principal, pk: (
        gate.visible(principal, Post.objects.filter(parent_id=pk))
        .order_by("pk")
        .values_list("pk", flat=True)
    ),
    NUMBER,
)


@pytest.fixture
def insider() -> Member:
    return make_member()


@pytest.fixture
def outsider() -> Member:
    """Return a member of the same shape as the insider: in one group, which is another."""
    other = make_member()
    make_group("", other)
    return other


@pytest.fixture
def hidden(insider: Member) -> Post:
    return make_thread(make_private_board(make_group("", insider)), author=insider)


def test_principals_of_one_shape_find_what_each_may_see(
    insider: Member, outsider: Member, hidden: Post
) -> None:
    answers = [make_response(hidden, author=insider).pk for _one in range(2)]
    for _again in range(2):
        assert RESPONSES.all(principal_for(insider), hidden.pk) == answers
        assert RESPONSES.first(principal_for(insider), hidden.pk) == answers[0]
        assert RESPONSES.all(principal_for(outsider), hidden.pk) == []
        assert RESPONSES.first(principal_for(outsider), hidden.pk) is None
        assert RESPONSES.all(GUEST, hidden.pk) == []


def test_each_asks_the_gate_for_every_set_of_values(
    insider: Member, outsider: Member, hidden: Post
) -> None:
    public = make_thread()
    seen, unseen = make_response(public).pk, make_response(hidden, author=insider).pk
    both = [(hidden.pk,), (public.pk,)]
    principal = principal_for(insider)
    with CaptureQueriesContext(connection) as queries:
        found = RESPONSES.each(principal, both)
    assert len(queries) == 1
    assert sorted(found) == sorted([seen, unseen])
    assert RESPONSES.each(principal_for(outsider), both) == [seen]
    assert RESPONSES.each(GUEST, both) == [seen]
