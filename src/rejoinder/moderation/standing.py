"""What an administrator sets about standing: its terms, and one member's by hand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.members.models import Member, StandingTerms
from rejoinder.members.standing import terms
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal, Standing


def set_terms(principal: Principal, changed: Mapping[Standing, StandingTerms]) -> None:
    """Keep terms as an administrator set them.

    What they allow holds at once; what they ask for is weighed with each member's next
    post. Raises Refused, or BadInput where a higher standing would ask for less than a
    lower one.
    """
    refusal = _("Only an administrator may change the terms.")
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), refusal)
    rows = terms() | dict(changed)
    for lower, higher in pairwise(rows[standing] for standing in Standing):
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
