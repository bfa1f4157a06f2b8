"""What an open page asks for again and again: whether the thread has grown since.

Opened by: the script of a thread's page, for a reader who stays on it. A few octets, kept in
memory and the same for many, so that a thousand open pages cost what a thousand "304 Not
Modified" cost. The reader sees "3 new responses", and goes to the latest when they like.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rejoinder.errors import BadInput
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.threads.find import post_by_public_id
from rejoinder.web.requests import principal_of

# More posts than any thread has: what is longer than this is no count of a page of ours.
LONGEST_COUNT = 9


@require_safe
@kept_page("since")
def news(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer what came to a thread after it had so many posts (`since`): in words, and where.

    `{"says": "", "to": ""}` while nothing did.
    """
    thread = post_by_public_id(principal_of(request), public_id).thread
    shows(request, threads=[thread.pk])
    known = request.GET.get("since", "0")
    if not known.isascii() or not known.isdigit() or len(known) > LONGEST_COUNT:
        raise BadInput(_("Say since how many posts: a number."))
    count = thread.posts_count - int(known)
    if count < 1 or thread.last_post is None:
        return JsonResponse({"says": "", "to": ""})
    says = ngettext("%(num)s new response", "%(num)s new responses", count) % {"num": count}
    latest = thread.last_post.public_id
    address = reverse("thread", args=[public_id])
    return JsonResponse({"says": says, "to": f"{address}?at={latest}#p-{latest}"})
