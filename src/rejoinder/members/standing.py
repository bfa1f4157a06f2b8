"""Standing: what it takes, what it allows, and who has it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput
from rejoinder.members.models import Member, StandingTerms
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal, Standing

# What a site begins with; an administrator changes it.
_TERMS = {
    Standing.NEW: partial(StandingTerms, days=0, posts=0, most_links=2),
    Standing.MEMBER: partial(StandingTerms, days=1, posts=3),
    Standing.REGULAR: partial(StandingTerms, days=30, posts=30),
    Standing.TRUSTED: partial(StandingTerms, days=180, posts=200),
}


def terms() -> dict[Standing, StandingTerms]:
    """Return each standing's terms, the lowest first: one query."""
    kept = {Standing(row.standing): row for row in StandingTerms.objects.all()}
    return {s: kept.get(s) or made(standing=s) for s, made in _TERMS.items()}


def terms_of(standing: Standing) -> StandingTerms:
    """Return one standing's terms: one query."""
    kept = StandingTerms.objects.filter(standing=standing).first()
    return kept or _TERMS[standing](standing=standing)


def earned(terms_now: Mapping[Standing, StandingTerms], age: timedelta, posts: int) -> Standing:
    """Return the highest standing whose terms are met; all below it must be met too."""
    reached = Standing.NEW
    for standing in list(Standing)[1:]:
        row = terms_now[standing]
        if age < timedelta(days=row.days) or posts < row.posts:
            break
        reached = standing
    return reached


def standing_of(member: Member) -> Standing:
    """Return a member's standing."""
    return Standing(member.standing)


def set_terms(principal: Principal, changed: Mapping[Standing, StandingTerms]) -> None:
    """Keep terms as an administrator set them; each member's next post is weighed by them.

    What they allow holds at once. Raises Refused, or BadInput where a higher standing would
    ask for less than a lower one.
    """
    for row in changed.values():
        refusal = _("Only an administrator may change the terms.")
        gate.check(principal, gate.Verb.ADMINISTER, row, refusal)
    rows = [(terms() | dict(changed))[standing] for standing in Standing]
    for lower, higher in pairwise(rows):
        if higher.days < lower.days or higher.posts < lower.posts:
            raise BadInput(
                _("A higher standing can’t ask for fewer days or posts than the one below it.")
            )
    with transaction.atomic():
        for standing, row in changed.items():
            row.standing = standing
            row.save()


def set_standing(principal: Principal, member: Member, standing: Standing | None) -> None:
    """Set a member's standing by hand: it no longer changes with use; None: it does again.

    Raises Missing or Refused.
    """
    refusal = _("Only an administrator may set a member’s standing.")
    gate.check(principal, gate.Verb.ADMINISTER, member, refusal)
    member.standing_is_set = standing is not None
    if standing is not None:
        member.standing = standing
    member.save(update_fields=["standing", "standing_is_set"])
