"""The list of public posts for search engines, in parts by the site-wide serial.

Opened by: robots. Each part covers a fixed range of serials, so that a part never shifts
and costs what it lists.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rejoinder.errors import Missing
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.threads.models import Post, State

# A sitemap may list 50,000 addresses (sitemaps.org protocol).
SERIALS_EACH = 10_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the parts."""
    last = Post.unscoped.aggregate(last=Max("pk"))["last"] or 0
    rows = [
        f"<sitemap><loc>{_address(request, 'sitemap_posts', part)}</loc></sitemap>"
        for part in range(last // SERIALS_EACH + 1)
    ]
    return _xml("sitemapindex", rows)


@require_safe
def posts(request: HttpRequest, part: int) -> HttpResponse:
    """List the posts that a guest may see, of one part: one query."""
    first = part * SERIALS_EACH
    if first > 1 << 60:
        raise Missing("There is no such part.")
    public = gate.visible(GUEST, Post.objects.filter(state=State.VISIBLE))
    found = public.filter(pk__gte=first, pk__lt=first + SERIALS_EACH).order_by("pk")
    rows = [
        f"<url><loc>{_address(request, 'post', public_id)}</loc>"
        f"<lastmod>{(edited_at or posted_at).date().isoformat()}</lastmod></url>"
        for public_id, posted_at, edited_at in found.values_list(
            "public_id", "posted_at", "edited_at"
        )
    ]
    return _xml("urlset", rows)


def _address(request: HttpRequest, name: str, argument: object) -> str:
    return escape(request.build_absolute_uri(reverse(name, args=[argument])))


def _xml(kind: str, rows: list[str]) -> HttpResponse:
    body = f'{HEAD}<{kind} xmlns="{NAMESPACE}">\n' + "\n".join(rows) + f"\n</{kind}>\n"
    return HttpResponse(body, content_type="application/xml")
