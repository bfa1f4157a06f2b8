"""Of whom a second step is asked, and who of them has none yet."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from rejoinder.boards.models import Ability, Grant
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.limits import security_log
from rejoinder.members import second_step
from rejoinder.members.models import Member, Membership, OfficeTerms, SecondStepOf
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal


def ask_second_step(principal: Principal, of: SecondStepOf) -> None:
    """Ask a second step of administrators, of moderators too, or of nobody; it holds at once.

    Raises Refused, or BadInput for an administrator who has none: their next page would be
    refused to them.
    """
    _check_in_charge(principal)
    member = Member.objects.filter(pk=principal.member_id or 0).first()
    if of is not SecondStepOf.NOBODY and member is not None and not second_step.has_one(member):
        raise BadInput(
            _("Set up a second step of your own first: you would be the first to be kept out.")
        )
    OfficeTerms.objects.update_or_create(pk=1, defaults={"second_step_of": of})
    security_log.note(
        "second_step_asked", address=principal.address, by=principal.member_id, of=of.value
    )


def without_second_step(principal: Principal) -> QuerySet[Member]:
    """Return those who run the site, or moderate anything, and have no second step.

    Raises Refused.
    """
    _check_in_charge(principal)
    made = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    moderating = Grant.unscoped.filter(ability=Ability.MODERATE, group__isnull=False)
    in_office = Membership.unscoped.filter(
        Q(group__moderates_everywhere=True) | Q(group__in=moderating.values("group"))
    )
    return Member.objects.filter(
        ~Exists(made.filter(user=OuterRef("pk"))),
        Q(is_administrator=True) | Q(pk__in=in_office.values("member")),
        is_active=True,
    ).order_by("-is_administrator", "name", "pk")


def _check_in_charge(principal: Principal) -> None:
    refusal = _("Only an administrator may do this.")
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), refusal)
