"""How a view says that its page may be kept for guests, and what the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from rejoinder.serving.pages import ANYTHING, Tag

View = Callable[..., HttpResponse]

# Every parameter of a query that some kept page depends on.
PARAMETERS: set[str] = set()


def guests_page(*parameters: str) -> Callable[[View], View]:
    """Have a view's pages kept, whose content follows from its address and these parameters.

    And from what it says it shows, by `shows`; a page that shows nothing isn't kept. Nor is
    one that sets a cookie, or that anybody but a guest got.
    """
    PARAMETERS.update(parameters)

    def kept(view: View) -> View:
        @wraps(view)
        def noting(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if request.GET.keys() <= set(parameters):
                response.shown_tags = getattr(request, "shown_tags", frozenset())  # type: ignore[attr-defined]
            return response

        return noting

    return kept


def shows(
    request: HttpRequest,
    *,
    threads: Iterable[int] = (),
    boards: Iterable[int] = (),
    members: Iterable[int] = (),
    anything: bool = False,
) -> None:
    """Note by ids what the page of this request shows; it falls when one of them changes."""
    tags = {Tag("thread", number) for number in threads}
    tags |= {Tag("board", number) for number in boards}
    tags |= {Tag("member", number) for number in members}
    if anything:
        tags.add(ANYTHING)
    request.shown_tags = getattr(request, "shown_tags", frozenset()) | tags  # type: ignore[attr-defined]
