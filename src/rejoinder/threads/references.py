"""Names put in for references to authors (text/references.py), when a text is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from django.utils.translation import gettext as _

from rejoinder.members.names import shown_name
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text import references
from rejoinder.threads.models import Post, State

K = TypeVar("K", bound=Hashable)


def with_names(principal: Principal, html: str) -> str:
    """Return a drawn text with its authors' present names: one query, none without references."""
    return all_with_names(principal, {0: html})[0]


def all_with_names(principal: Principal, drawn: Mapping[K, str]) -> dict[K, str]:
    """Return drawn texts, by the same keys, with their authors' present names.

    One query for all of them, none if they hold no reference. Where the principal may not
    see the post, or it's no longer shown, stands "somebody".
    """
    names = _names(
        principal, {id_ for html in drawn.values() for id_ in references.referred_to(html)}
    )
    return {
        key: references.with_names(html, lambda id_: names.get(id_, ""), _("somebody"))
        for key, html in drawn.items()
    }


def spelled_out(principal: Principal, source: str) -> str:
    """Return a text's source with names for references, for doors that send plain text."""
    names = _names(principal, references.referred_to_in_source(source))
    return references.spelled_out(source, lambda id_: names.get(id_, ""), _("somebody"))


def _names(principal: Principal, public_ids: set[str]) -> dict[str, str]:
    if not public_ids:
        return {}
    posts = Post.objects.filter(public_id__in=public_ids, state=State.VISIBLE)
    rows = gate.visible(principal, posts).values_list("public_id", "author_name", "author__name")
    return {id_: signed or shown_name(name) for id_, signed, name in rows}
