"""Who sits before a page: what makes the pages of two members differ, and what doesn't.

A member's sitting is made by a request of theirs, and holds until anything that it was made of
has changed (members/changes.py). Whatever a page may come to depend on belongs into
`Audience`, or into a slot; what is there for one member alone, `shows(not_for=…)` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NoReturn

from django.conf import settings
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from rejoinder.members.ignoring import ignored_ids
from rejoinder.members.models import Member
from rejoinder.members.principals import ban_on
from rejoinder.policy.principals import Kind, Principal
from rejoinder.reading.marks import marks_of
from rejoinder.serving.sittings import SITTING_OCTETS, Sitting
from rejoinder.serving.slots import Slot, mark
from rejoinder.web.middleware import LONGEST_SESSION, SIGNED_IN_AT
from rejoinder.web.new_marks import counts_of_rows, of_rows
from rejoinder.web.requests import leads_to_desk, member_of, principal_of

# Nobody: no row has this id.
NOBODY = 0


@dataclass(frozen=True)
class Own:
    """What of a reader's own stands around every page, as HTML."""

    name: SafeString
    notices: SafeString
    token: SafeString


# Where it will stand, on a page that many share.
SLOTS = Own(*(SafeString(mark(Slot(kind))) for kind in ("name", "notices", "token")))


@dataclass(frozen=True)
class Audience:
    """Members to whom every page looks the same, but for what's in its slots."""

    # As all of them are to the gate, but for who they are and where they come from.
    principal: Principal
    zone: str
    arrangement: str
    runs_site: bool
    has_desk: bool
    ignored: frozenset[int]
    language: str

    @contextmanager
    def before(self, request: HttpRequest) -> Iterator[None]:
        """Have a request asked by one who stands for the audience, and is nobody."""
        kept = request.user, request.principal  # type: ignore[attr-defined]
        request.user, request.principal = self._somebody(), self.principal  # type: ignore[attr-defined]
        request.audience = self  # type: ignore[attr-defined]
        try:
            yield
        finally:
            request.user, request.principal = kept  # type: ignore[attr-defined]
            del request.audience  # type: ignore[attr-defined]

    def _somebody(self) -> Member:
        somebody = Member(
            pk=NOBODY,
            time_zone=self.zone,
            arrangement=self.arrangement,
            is_administrator=self.runs_site,
        )
        somebody.save = _refuse_to_save  # type: ignore[method-assign]
        return somebody


def sittings(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let views that keep their pages find out for whom."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            request.find_sitting = partial(find_sitting, request)  # type: ignore[attr-defined]
        return answer(request)

    return middleware


def find_sitting(request: HttpRequest) -> Sitting | None:
    """Return the sitting of who asks; None for a guest, or where the page is theirs alone."""
    member, principal = member_of(request), principal_of(request)
    if member is None or principal.kind is not Kind.MEMBER or "HTTP_AUTHORIZATION" in request.META:
        return None
    session = request.session
    # A message waits, and is shown once; or the browser has no form's token yet (or what is none,
    # in whose place Django has just made one), and gets one.
    if session.get(SessionStorage.session_key) or not _has_token(request):
        return None
    own, marks = own_of(request, member), marks_of(member.pk)
    return Sitting(
        member_id=member.pk,
        session_key=session.session_key or "",
        audience=Audience(
            principal=principal.as_if(NOBODY),
            zone=member.time_zone,
            arrangement=member.arrangement,
            runs_site=member.is_administrator,
            has_desk=leads_to_desk(request),
            ignored=ignored_ids(member),
            language=get_language() or "",
        ),
        own={
            "name": own.name.encode(),
            "notices": own.notices.encode(),
            "token": own.token.encode(),
            "asof": str(marks.version).encode(),
        },
        of_rows=of_rows(marks),
        counts=counts_of_rows(marks),
        octets=SITTING_OCTETS + 2 * marks.octets,
        until=_until(request, member, address=principal.address, is_silenced=principal.is_silenced),
    )


def own_of(request: HttpRequest, member: Member) -> Own:
    """Return what of a member's own stands around their pages."""
    count = member.unread_notices
    words = ngettext("%(num)s notice", "%(num)s notices", count) % {"num": count}
    notices = format_html(' <a class="count" href="{}">{}</a>', reverse("notices"), words)
    return Own(escape(member.name), notices if count else SafeString(), _token(request))


def ignored_by_reader(request: HttpRequest) -> frozenset[int]:
    """Return the authors whose posts are folded for who reads: one query for who ignores some."""
    audience: Audience | None = getattr(request, "audience", None)
    return audience.ignored if audience else ignored_ids(member_of(request))


def _has_token(request: HttpRequest) -> bool:
    token = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    return token is not None and token == request.META.get("CSRF_COOKIE")


def _token(request: HttpRequest) -> SafeString:
    html = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    made = format_html(html, get_token(request))
    # The cookie needn't be renewed by every page, as Django does: it's good for a year, which is
    # longer than a session, and pages with forms of their own renew it.
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    return made


def _until(request: HttpRequest, member: Member, *, address: str, is_silenced: bool) -> float:
    """Return when by itself, with the clock, something of a sitting will be other."""
    now = timezone.now()
    ban = ban_on(address) if is_silenced else None
    ends = [member.silenced_until, member.suspended_until, ban.until if ban else None]
    ends.append(request.session.get_expiry_date())
    if (began := request.session.get(SIGNED_IN_AT)) is not None:
        ends.append(datetime.fromtimestamp(began, tz=now.tzinfo) + LONGEST_SESSION)
    return min(end.timestamp() for end in ends if end and end > now)


def _refuse_to_save(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError("Nobody stands for an audience; there is nothing to save.")
