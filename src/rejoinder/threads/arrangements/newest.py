"""Posts with their bodies, the newest first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.policy.principals import Principal
from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.by_time import NEWEST_FIRST
from rejoinder.threads.lines import Line
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.scope_by_time import scope_by_time
from rejoinder.threads.scopes import Scope


def page(principal: Principal, scope: Scope, cursor: Cursor, limit: int) -> Slice[Line]:
    """Return a page of a scope's visible posts, the newest first."""
    return scope_by_time(principal, scope, NEWEST_FIRST, cursor, limit)


ARRANGEMENT = Arrangement("newest", _("Newest first"), with_text=True, is_indented=False, page=page)
