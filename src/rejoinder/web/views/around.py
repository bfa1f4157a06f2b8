"""Pages about the site itself: its rules, and what it tells robots.

The rules are opened from the footer, before signing up or after a quarrel; readers go
back to where they were. Robots learn what to leave alone, and where the posts are.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rejoinder.boards.site import the_site
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.text.markup import render_markdown
from rejoinder.web.requests import absolute

# Pages for people who write, moderate, or have an account; and what repeats posts in another
# arrangement, order or span, or leads to a place in a page. Each post has an address of its own,
# and all of them are in the sitemap. Patterns: RFC 9309, 2.2.3.
NOT_FOR_ROBOTS = [
    "/account/",
    "/administration/",
    "/moderation/",
    "/new/",
    "/reports/",
    "/welcome/",
    "/b/*/start",
    "/m/*/ignore",
    "/m/*/moderate",
    "/p/*/branch",
    "/p/*/edit",
    "/p/*/moderate",
    "/p/*/report",
    "/p/*/respond",
    "/p/*/revisions",
    "/p/*/withdraw",
    "/t/*/news",
    "/*?as=",
    "/*&as=",
    "/*?at=",
    "/*&at=",
    "/*?within=",
    "/*&within=",
]


@require_safe
@kept_page()
def rules(request: HttpRequest) -> HttpResponse:
    """Show the site's rules."""
    shows(request, anything=True)
    text = the_site().rules
    return render(request, "rules.html", {"rules": render_markdown(text) if text.strip() else ""})


@require_safe
@kept_page()
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what to leave alone, and where the list of posts is. No query."""
    shows(request, anything=True)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {absolute(request, reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
