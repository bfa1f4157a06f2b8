"""The terms on which this site takes members."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from rejoinder.boards.models import Site
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.limits.work import MOST_BITS
from rejoinder.members.sign_up_terms import SignUp, Terms
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal


def sign_up_terms(site: Site | None = None) -> Terms:
    """Return the terms in force; the operator's option `open_sign_up = false` closes the site."""
    if not settings.OPTIONS.open_sign_up:
        return Terms(SignUp.CLOSED)
    site = site or the_site()
    return Terms(SignUp(site.sign_up), site.sign_up_work)


def change_sign_up(principal: Principal, way: SignUp, work_bits: int) -> Terms:
    """Set the terms on which the site takes members, and return them.

    Raises BadInput for work that nobody would wait for, or Refused.
    """
    site = the_site()
    gate.check(principal, gate.Verb.ADMINISTER, site, _("Only an administrator may do this."))
    if not 0 <= work_bits <= MOST_BITS:
        raise BadInput(_("The work is 0 to %d bits.") % MOST_BITS)
    site.sign_up, site.sign_up_work = way, work_bits
    site.save(update_fields=["sign_up", "sign_up_work"])
    return sign_up_terms(site)
