"""The terms of standing: what is shared stays as it is, what is one's own may be changed."""

from __future__ import annotations

import pytest

from rejoinder.members.standing import terms, terms_in_force, terms_of
from rejoinder.policy.principals import Standing

pytestmark = pytest.mark.django_db


def test_what_a_caller_changes_before_it_is_saved_holds_for_nobody() -> None:
    mine = terms()[Standing.NEW]
    links = mine.most_links
    mine.most_links = links + 5
    assert terms_of(Standing.NEW).most_links == terms()[Standing.NEW].most_links == links


def test_terms_that_were_saved_are_in_force_at_once() -> None:
    assert not terms_of(Standing.TRUSTED).may_approve
    mine = terms()[Standing.TRUSTED]
    mine.standing, mine.may_approve = Standing.TRUSTED, True
    mine.save()
    assert terms_in_force()[Standing.TRUSTED].may_approve
