"""Standing: what it takes, what it allows, and who has it now."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from rejoinder.events.remembered import remembered
from rejoinder.members.models import Member, StandingTerms
from rejoinder.policy.principals import Standing

# What a site begins with; an administrator changes it.
_TERMS = {
    Standing.NEW: partial(StandingTerms, days=0, posts=0, most_links=2),
    Standing.MEMBER: partial(StandingTerms, days=1, posts=3),
    Standing.REGULAR: partial(StandingTerms, days=30, posts=30),
    Standing.TRUSTED: partial(StandingTerms, days=180, posts=200),
}


# What each is called, in the forms and on the pages.
NAMES = {
    Standing.NEW: _("new"),
    Standing.MEMBER: _("member"),
    Standing.REGULAR: _("regular"),
    Standing.TRUSTED: _("trusted"),
}


def terms() -> dict[Standing, StandingTerms]:
    """Return each standing's terms, the lowest first; the caller's own, to change and save."""
    return {standing: copy(row) for standing, row in terms_in_force().items()}


def terms_in_force() -> Mapping[Standing, StandingTerms]:
    """Return each standing's terms, the lowest first; shared, so nobody may change them."""
    return remembered("terms", _read)


def terms_of(standing: Standing) -> StandingTerms:
    """Return one standing's terms; shared, so nobody may change them."""
    return terms_in_force()[standing]


def _read() -> dict[Standing, StandingTerms]:
    kept = {Standing(row.standing): row for row in StandingTerms.objects.all()}
    return {s: kept.get(s) or made(standing=s) for s, made in _TERMS.items()}


def earned(terms_now: Mapping[Standing, StandingTerms], age: timedelta, posts: int) -> Standing:
    """Return the highest standing whose terms are met; all below it must be met too."""
    reached = Standing.NEW
    for standing in list(Standing)[1:]:
        row = terms_now[standing]
        if age < timedelta(days=row.days) or posts < row.posts:
            break
        reached = standing
    return reached


def standing_name(standing: int) -> str:
    """Return what a standing is called."""
    return str(NAMES[Standing(standing)])


def standing_of(member: Member) -> Standing:
    """Return a member's standing."""
    return Standing(member.standing)
