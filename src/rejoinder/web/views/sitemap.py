"""The list of public posts for search engines, in parts by the beginnings of their names.

Opened by: robots. A post's name in its address is random, so a beginning of it parts all
posts evenly, whatever else is on the site; how many letters it has follows from the number
of posts that guests read. So neither the parts nor their number tell of anything private.
"""

from __future__ import annotations

from itertools import product
from xml.sax.saxutils import escape

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rejoinder.boards.models import LETTERS
from rejoinder.errors import Missing
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.threads.models import BoardTally, Post, State
from rejoinder.web.requests import absolute

# A sitemap may list 50,000 addresses (sitemaps.org protocol). Chance fills no part so far.
POSTS_EACH = 10_000
MOST_POSTS = 50_000
# A sitemap index may list 50,000 parts: 27 ** 3 are fewer, and hold 190 million posts.
MOST_LETTERS = 3
# Stands for any post's name: all of them are letters that an address holds as they are.
A_NAME = "name"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
@kept_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the parts: one query."""
    shows(request, anything=True)
    letters = _letters(_public_boards())
    addresses = [_part_address("".join(some)) for some in product(LETTERS, repeat=letters)]
    rows = [f"<sitemap><loc>{_absolute(request, part)}</loc></sitemap>" for part in addresses]
    return _xml("sitemapindex", rows)


@require_safe
@kept_page()
def posts(request: HttpRequest, beginning: str = "") -> HttpResponse:
    """List the posts that a guest may see whose names begin so: two queries.

    Raises Missing for another beginning than the list of parts has now.
    """
    shows(request, anything=True)
    boards = _public_boards()
    if len(beginning) != _letters(boards) or not set(beginning) <= set(LETTERS):
        raise Missing("There is no such part.")
    public = gate.visible(GUEST, Post.objects.filter(state=State.VISIBLE))
    # Few public posts are found by their boards, many by their names.
    found = _beginning(public, beginning) if beginning else public.filter(board__in=list(boards))
    # Made once: for each of ten thousand posts it would be most of the work.
    before_name = _absolute(request, reverse("post", args=[A_NAME])).removesuffix(A_NAME)
    rows = [
        f"<url><loc>{before_name}{public_id}</loc>"
        f"<lastmod>{(edited_at or posted_at).date().isoformat()}</lastmod></url>"
        for public_id, posted_at, edited_at in found.order_by("public_id").values_list(
            "public_id", "posted_at", "edited_at"
        )[:MOST_POSTS]
    ]
    return _xml("urlset", rows)


def _public_boards() -> dict[int, int]:
    """Return the number of visible posts on each board that guests read, by its id."""
    tallies = gate.visible(GUEST, BoardTally.objects.all())
    return dict(tallies.values_list("board_id", "posts_count"))


def _letters(boards: dict[int, int]) -> int:
    """Return how many letters part the posts of these boards."""
    posts_count, letters = sum(boards.values()), 0
    while letters < MOST_LETTERS and posts_count > POSTS_EACH * len(LETTERS) ** letters:
        letters += 1
    return letters


def _beginning(public: QuerySet[Post], letters: str) -> QuerySet[Post]:
    """Return the posts whose names begin so: one range of the names' index.

    Both bounds are letters of names, which every collation puts in the same order.
    """
    after = _next(letters)
    public = public.filter(public_id__gte=letters)
    return public.filter(public_id__lt=after) if after else public


def _next(letters: str) -> str:
    """Return the beginning that follows in order; empty after the last."""
    kept = letters.rstrip(LETTERS[-1])
    return kept[:-1] + LETTERS[LETTERS.index(kept[-1]) + 1] if kept else ""


def _part_address(beginning: str) -> str:
    return reverse("sitemap_posts", args=[beginning] if beginning else [])


def _absolute(request: HttpRequest, address: str) -> str:
    return escape(absolute(request, address))


def _xml(kind: str, rows: list[str]) -> HttpResponse:
    body = f'{HEAD}<{kind} xmlns="{NAMESPACE}">\n' + "\n".join(rows) + f"\n</{kind}>\n"
    return HttpResponse(body, content_type="application/xml")
