"""The templates' environment: what every template can use."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.messages import get_messages
from django.core.serializers.json import DjangoJSONEncoder
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.formats import number_format
from jinja2 import Environment, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from rejoinder.members.standing import standing_name
from rejoinder.policy.principals import GUEST
from rejoinder.posts.claim import claimable
from rejoinder.text.excerpts import first_line
from rejoinder.threads.behind import only
from rejoinder.threads.paging import Cursor
from rejoinder.threads.references import with_names
from rejoinder.web.accounts.browsers import browser
from rejoinder.web.feed_links import feed_of
from rejoinder.web.outlines import is_fresh
from rejoinder.web.remembered import day, said, url, when
from rejoinder.web.requests import absolute as absolute_address
from rejoinder.web.requests import principal_of
from rejoinder.web.static_files import address_of
from rejoinder.web.thread_words import thread_words
from rejoinder.web.usual_lines import is_usual, usual_line


def environment(**options: Any) -> Environment:
    """Return the environment Django's Jinja2 backend renders with."""
    made = Environment(  # noqa: S701 - autoescape is on, two lines down
        **{
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n"],
            **options,
            # Mails and messages are plain text; the messages are escaped where they're drawn.
            "autoescape": select_autoescape(
                disabled_extensions=("txt",), default=True, default_for_string=True
            ),
        }
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        said, translation.ngettext, newstyle=True
    )
    made.globals.update(
        url=url,
        absolute=absolute,
        static=address_of,
        page_query=page_query,
        only=only,
        get_messages=get_messages,
        claimable=claimable,
        feed_of=feed_of,
        thread_words=thread_words,
        is_usual=is_usual,
        usual_line=usual_line,
        standing_name=standing_name,
    )
    made.filters.update(when=when, day=day, number=number, size=filesizeformat)
    made.filters.update(first_paragraph=first_paragraph, named=named)
    made.filters.update(browser=browser, json=as_json)
    made.tests.update(fresh=is_fresh)
    return made


@pass_context
def absolute(context: Context, address: str) -> str:
    """Return an address with the site's own before it: the operator's, or the one in use."""
    return absolute_address(context["request"], address)


@pass_context
def named(context: Context, html: str) -> Markup:
    """Return a post's HTML with the names of the authors it refers to, as the reader sees them."""
    request = context["request"]
    principal = principal_of(request) if request else GUEST
    return Markup(with_names(principal, html))  # noqa: S704 - drawn by text.markup, sanitised


def page_query(kept: str, cursor: Cursor) -> str:
    """Return the query of a page of a list: what is kept of it, and where it begins."""
    parts = [part for part in (kept, cursor.as_query()) if part]
    return "?" + "&".join(parts) if parts else ""


def first_paragraph(source: str) -> str:
    """Return the first paragraph of a Markdown text, as plain words."""
    return first_line(source, markup="markdown")


def number(count: int) -> str:
    """Return a number with its thousands parted as the language does."""
    return number_format(count, force_grouping=True)


def as_json(thing: object) -> str:
    """Return a thing as JSON, for a data attribute; it's escaped like any text."""
    return json.dumps(thing, cls=DjangoJSONEncoder)
