"""Answers feed readers: what everybody reads, the same for all; what a member reads, by token."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Board
from rejoinder.boards.site import the_site
from rejoinder.errors import Missing, Refused
from rejoinder.gateways.feeds import atom, json_feed, opml
from rejoinder.gateways.feeds.documents import PARAMETERS, Asked, document
from rejoinder.gateways.feeds.entries import Document
from rejoinder.gateways.feeds.hub.topics import hub_address
from rejoinder.gateways.feeds.sources import Source
from rejoinder.limits.asked_from import client_address
from rejoinder.members import application_passwords
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.policy.scopes import Scope
from rejoinder.serving.kept_page import kept_for_guests, shows

View = Callable[..., HttpResponse]
FORMATS = {"atom": atom, "json": json_feed}
OTHER = {"atom": "json", "json": "atom"}


def view_of(source: Source, suffix: str) -> View:
    """Return the view of one kind of feed in one format, as guests see it: whoever asks.

    So it's the same octets for everybody, and a member's session gives nothing away.
    """

    @require_safe
    @kept_for_guests(*PARAMETERS)
    def feed(request: HttpRequest, **parts: str) -> HttpResponse:
        return _answer(request, GUEST, source, suffix, parts)

    feed.of = (source, suffix)  # type: ignore[attr-defined]
    return feed


@require_safe
@kept_for_guests()
def boards(request: HttpRequest) -> HttpResponse:
    """Answer with the list of all boards' feeds that guests read: one query."""
    shows(request, anything=True)
    return _list_of_boards(request, GUEST)


def _list_of_boards(request: HttpRequest, principal: Principal, prefix: str = "") -> HttpResponse:
    site = settings.PUBLIC_URL or request.build_absolute_uri("/")[:-1]
    found = [
        (
            board.name,
            site + prefix + reverse("board_atom", args=[board.handle_id]),
            site + reverse("board", args=[board.handle_id]),
        )
        for board in gate.visible(principal, Board.objects.all())
    ]
    response = HttpResponse(
        opml.write(the_site().title, found), content_type=f"{opml.MEDIA_TYPE}; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="boards.opml"'
    return response


@require_safe
def private(request: HttpRequest, token: str, path: str) -> HttpResponse:
    """Answer with a feed as the member sees it whose token it is; rights are asked each time.

    Raises Missing for a token that is none (any more), as for a feed that isn't there.
    """
    before = request.path.removesuffix(f"/{path}")
    if f"/{path}" == reverse("boards_opml"):
        response = _list_of_boards(request, _member(request, token), before)
    else:
        found = _resolved(path)
        response = _answer(request, _member(request, token), *found, prefix=before)
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = f'"{sha256(response.content).hexdigest()[:24]}"'
    return get_conditional_response(request, response["ETag"], None, response) or response


def _resolved(path: str) -> tuple[Source, str, dict[str, str]]:
    try:
        match = resolve(f"/{path}", "rejoinder.gateways.feeds.urls")
    except Resolver404:
        raise Missing(_("There is no such feed.")) from None
    source, suffix = match.func.of  # type: ignore[attr-defined]
    return source, suffix, match.kwargs


def _member(request: HttpRequest, token: str) -> Principal:
    address = client_address(request)
    try:
        member, password = application_passwords.verify_token(token, Scope.FEEDS, address=address)
    except Refused:
        raise Missing(_("There is no such feed.")) from None
    principal = application_passwords.principal_of(
        member, password, address=address, within=[Scope.FEEDS]
    )
    if principal.kind is not Kind.APPLICATION:
        raise Missing(_("There is no such feed."))
    return principal


def _answer(
    request: HttpRequest,
    principal: Principal,
    source: Source,
    suffix: str,
    parts: dict[str, str],
    *,
    prefix: str = "",
) -> HttpResponse:
    feed = source.find(principal, **parts)
    base = request.path.removesuffix(suffix)
    asked = Asked(
        site=settings.PUBLIC_URL or request.build_absolute_uri("/")[:-1],
        path=request.path,
        other_path=base + OTHER[suffix],
        query={name: request.GET[name] for name in PARAMETERS if request.GET.get(name)},
        prefix=prefix,
        suffix=suffix,
        # Nobody is told of what only some may read.
        hub="" if prefix else hub_address(),
    )
    made, lines = document(principal, feed, asked)
    threads = {line.thread_id for line in lines} if feed.shows_threads else ()
    shows(request, **{"threads": threads, **feed.shows})
    return _written(made, suffix)


def _written(made: Document, suffix: str) -> HttpResponse:
    form = FORMATS[suffix]
    response = HttpResponse(form.write(made), content_type=f"{form.MEDIA_TYPE}; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    if made.hub:
        response["Link"] = f'<{made.hub}>; rel="hub", <{made.own}>; rel="self"'
    return response
