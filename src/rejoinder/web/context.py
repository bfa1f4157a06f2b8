"""What every page shows around its own matter: the site's title, who is signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from rejoinder import __version__
from rejoinder.boards.sign_up import sign_up_terms
from rejoinder.boards.site import the_site
from rejoinder.members.models import Member
from rejoinder.members.sign_up import is_open
from rejoinder.web.new_marks import OfAudience, of_member
from rejoinder.web.requests import leads_to_desk, member_of
from rejoinder.web.sittings import SLOTS, Audience, ignored_by_reader, own_of


def around(request: HttpRequest) -> dict[str, object]:
    """Return the context that the base template uses."""
    site = the_site()
    member = member_of(request)
    return {
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site": site,
        "member": member,
        "open_sign_up": is_open(sign_up_terms(site)),
        "zone": timezone.get_current_timezone_name(),
        "version": __version__,
        # Authors whose posts are folded for the reader; asked for by pages that list posts.
        "ignored": SimpleLazyObject(lambda: ignored_by_reader(request)),
        **_of_reader(request, member),
    }


def _of_reader(request: HttpRequest, member: Member | None) -> dict[str, object]:
    """Return what depends on who reads; for an audience, what all of its members have."""
    audience: Audience | None = getattr(request, "audience", None)
    if audience is not None:
        return {
            "has_desk": audience.has_desk,
            "new_marks": OfAudience(),
            "own": SLOTS,
            "csrf_input": SLOTS.token,
        }
    return {
        "has_desk": leads_to_desk(request),
        "new_marks": of_member(member.pk if member else None),
        "own": own_of(request, member) if member else None,
    }
