"""How a view says that its page may be kept, for guests and for members, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from rejoinder.errors import RejoinderError
from rejoinder.serving.pages import ANYTHING, Tag
from rejoinder.serving.replica import FROM_REPLICA, FromReplica
from rejoinder.serving.sittings import PAGE_FOR, SharedPage, Sitting
from rejoinder.serving.slots import Cut

View = Callable[..., HttpResponse]

# Every parameter of a query that some kept page depends on.
PARAMETERS: set[str] = set()


class OnesOwn(Exception):
    """A view is asked by one who stands for many, and has something to do for one of them."""


def kept_page(*parameters: str) -> Callable[[View], View]:
    """Have a view's pages kept, whose content follows from its address and these parameters.

    And from what it says it shows, by `shows`; a page that shows nothing isn't kept. Nor is
    one that sets a cookie. For a member it is asked by one who stands for the member's
    audience (sittings.py); where that isn't shown a page, or isn't to be, the member asks.
    """
    PARAMETERS.update(parameters)

    def kept(view: View) -> View:
        @wraps(view)
        def noting(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            find: Callable[[], Sitting | None] = getattr(request, "find_sitting", lambda: None)
            response = None
            if sitting := find():
                response = _shared(view, sitting, request, *args, **kwargs)
            if response is None:
                response = _made(view, request, *args, **kwargs)
            if request.GET.keys() <= set(parameters):
                response.shown_tags = getattr(request, "shown_tags", frozenset())  # type: ignore[attr-defined]
            return response

        return noting

    return kept


def kept_for_guests(*parameters: str) -> Callable[[View], View]:
    """Have a view's answers kept that are the same whoever asks: made for a guest, always.

    Programs ask for them again and again, some by time alone: so they're told since when.
    """
    PARAMETERS.update(parameters)

    def kept(view: View) -> View:
        @wraps(view)
        def noting(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = _made(view, request, *args, **kwargs)
            if request.GET.keys() <= set(parameters):
                response.shown_tags = getattr(request, "shown_tags", frozenset())  # type: ignore[attr-defined]
            response.tells_since = True  # type: ignore[attr-defined]
            return response

        return noting

    return kept


def _made(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Return the page, made from the replica if the front has one for this guest."""

    def make() -> HttpResponse:
        _forget(request)
        return view(request, *args, **kwargs)

    from_replica: FromReplica | None = request.META.get(FROM_REPLICA)
    response = from_replica(make) if from_replica else None
    return make() if response is None else response


def _shared(
    view: View, sitting: Sitting, request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponse | None:
    """Return a page as one audience sees it, filled for a member; None if there's none."""
    _forget(request)
    if (page := _at_hand(request, sitting)) is not None:
        response = HttpResponse()
        response.sitting, response.shared_page = sitting, page  # type: ignore[attr-defined]
        return response
    try:
        with sitting.audience.before(request):
            response = view(request, *args, **kwargs)
    except (OnesOwn, RejoinderError, Http404, PermissionDenied):
        return None
    not_for = request.shown_not_for  # type: ignore[attr-defined]
    if response.status_code != 200 or response.cookies or sitting.member_id in not_for:
        return None
    if "no-store" in response.get("Cache-Control", ""):
        # It shows what isn't noted when it changes, as the desk's matters aren't.
        return None
    cut = Cut.of(response.content)
    response.content = cut.filled(sitting.fill(cut.slots))
    response.sitting, response.cut = sitting, cut  # type: ignore[attr-defined]
    response.shown_tags, response.not_for = frozenset(), not_for  # type: ignore[attr-defined]
    return response


def _at_hand(request: HttpRequest, sitting: Sitting) -> SharedPage | None:
    """Return the page, if whoever handed the request on has it for this member's audience."""
    page_for: Callable[[Sitting], SharedPage | None] | None = request.META.get(PAGE_FOR)
    return page_for(sitting) if page_for else None


def _forget(request: HttpRequest) -> None:
    request.shown_tags = request.shown_not_for = frozenset()  # type: ignore[attr-defined]


def shows(
    request: HttpRequest,
    *,
    threads: Iterable[int] = (),
    boards: Iterable[int] = (),
    members: Iterable[int] = (),
    anything: bool = False,
    not_for: int | None = None,
) -> None:
    """Note by ids what the page of this request shows; it falls when one of them changes.

    `not_for` is a member who sees something of their own there: theirs isn't shared.
    """
    tags = {Tag("thread", number) for number in threads}
    tags |= {Tag("board", number) for number in boards}
    tags |= {Tag("member", number) for number in members}
    if anything:
        tags.add(ANYTHING)
    request.shown_tags = getattr(request, "shown_tags", frozenset()) | tags  # type: ignore[attr-defined]
    if not_for is not None:
        before: frozenset[int] = getattr(request, "shown_not_for", frozenset())
        request.shown_not_for = before | {not_for}  # type: ignore[attr-defined]
