"""Which passages of a post were answered, and by whom.

Opened by: who has read a long article and asks what the answers are about, or who answers and
wonders whether a point was taken up already. They go on to the answer.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import revisions
from rejoinder.text import quoted
from rejoinder.threads.find import post_by_public_id, text_if_shown, text_of
from rejoinder.threads.lines import lines_by_id
from rejoinder.threads.models import Post, PostText
from rejoinder.web.answers import page
from rejoinder.web.requests import principal_of

# Responses that are looked through; who answers after so many quotes what others quoted.
MOST_RESPONSES = 200


@require_safe
def passages(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the passages of a post that responses quote, in its order: five queries at most."""
    principal = principal_of(request)
    shown = post_by_public_id(principal, public_id)
    text = text_of(principal, shown)
    texts = gate.visible(principal, PostText.objects.filter(post__parent=shown))
    sources = list(texts.order_by("post").values_list("post", "source")[:MOST_RESPONSES])
    found = quoted.answered(quoted.text_of(text.html), public_id, sources)
    lines = lines_by_id(principal, {pk for each in found for pk in each.by})
    rows = [(each.passage, [lines[pk] for pk in each.by if pk in lines]) for each in found]
    context: dict[str, object] = {"post": shown, "passages": rows}
    return page(request, "passages.html", context)


def quotes_old_words(principal: Principal, post: Post) -> bool:
    """Tell whether a post quotes words of its parent that were corrected since.

    The same for all who see both. No query unless the parent was edited after it; then three.
    """
    parent = post.parent
    if parent is None or not post.has_text or not parent.edited_at:
        return False
    if parent.edited_at < post.posted_at or not (before := revisions.public_texts(parent)):
        return False
    own, theirs = text_if_shown(principal, post), text_if_shown(principal, parent)
    if own is None or theirs is None:
        return False
    now = f"{theirs.source}\n{quoted.text_of(theirs.html)}"
    return quoted.quotes_old_words(own.source, parent.public_id, now, before)
