"""Which of a post's earlier revisions and attachments a principal may see."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.models import Attachment, Original, Revision
from rejoinder.threads.models import PostText

M = TypeVar("M", bound=Model)


def register() -> None:
    """Tell the gate about what hangs on posts: it's shown with the post's text."""
    gate.register_rows(Attachment, _with_text, _with_reachable_text)
    gate.register_rows(Original, _with_text, _with_reachable_text)
    gate.register_rows(Revision, _with_text, _with_reachable_text)


def _with_text(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    return rows.filter(Exists(gate.visible(principal, _text_of_row())))


def _with_reachable_text(principal: Principal, rows: QuerySet[M]) -> QuerySet[M]:
    return rows.filter(Exists(gate.reachable(principal, _text_of_row())))


def _text_of_row() -> QuerySet[PostText]:
    # Asked for each row, as in threads/rights.py: no list is made of the site's texts.
    return PostText.objects.filter(post=OuterRef("post"))
