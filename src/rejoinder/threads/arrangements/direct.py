"""The direct responses to a post only, by time, with their bodies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.policy.principals import Principal
from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.by_time import OLDEST_FIRST, Of, posts_of, responses_to
from rejoinder.threads.lines import Line
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.scopes import Scope


def page(principal: Principal, scope: Scope, cursor: Cursor, limit: int) -> Slice[Line]:
    """Return a page of the responses to the post at the scope's top, which isn't among them."""
    return posts_of(principal, Of(responses_to, scope.top_id), OLDEST_FIRST, cursor, limit)


ARRANGEMENT = Arrangement(
    "direct", _("Direct responses"), with_text=True, is_indented=False, page=page
)
