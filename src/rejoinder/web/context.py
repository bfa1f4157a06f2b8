"""What every page shows around its own matter: the site's title, who is signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from rejoinder import __version__
from rejoinder.boards.sign_up import sign_up_terms
from rejoinder.boards.site import the_site
from rejoinder.members.ignoring import ignored_ids
from rejoinder.members.sign_up import is_open
from rejoinder.moderation.rights import moderates_something
from rejoinder.policy.principals import GUEST
from rejoinder.reading.marks import NOTHING_NEW, Marks, marks_of
from rejoinder.web.requests import member_of, waits_for_second_step


def around(request: HttpRequest) -> dict[str, object]:
    """Return the context that the base template uses."""
    site = the_site()
    return {
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site": site,
        "member": request.user if request.user.is_authenticated else None,
        "open_sign_up": is_open(sign_up_terms(site)),
        # Authors whose posts are folded for the reader; asked for by pages that list posts.
        "ignored": SimpleLazyObject(lambda: ignored_ids(member_of(request))),
        # What is new to the reader; asked for by pages that list posts, where there are members.
        "new_ids": SimpleLazyObject(lambda: _marks(request)),
        "has_desk": _has_desk(request),
        "zone": timezone.get_current_timezone_name(),
        "version": __version__,
    }


def _has_desk(request: HttpRequest) -> bool:
    """Tell whether to lead somebody to the desk: a query for members of groups alone."""
    principal = getattr(request, "principal", GUEST)
    # The link leads those who lack a second step to where it's set up.
    if principal.approves or waits_for_second_step(request):
        return True
    may_be = principal.is_member and (principal.is_administrator or principal.groups)
    return bool(may_be) and moderates_something(principal)


def _marks(request: HttpRequest) -> Marks:
    member = member_of(request)
    return marks_of(member.pk) if member else NOTHING_NEW
