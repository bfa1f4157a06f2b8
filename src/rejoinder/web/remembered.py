"""What templates ask for a hundred times a page: addresses, moments, words; remembered."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from markupsafe import Markup


def said(message: str) -> str:
    """Return a message in the language in use."""
    return _said(translation.get_language(), message)


@lru_cache(maxsize=5000)
def _said(_language: str | None, message: str) -> str:
    # The language tells entries apart.
    return translation.gettext(message)


# A page has a hundred addresses and fifty times, most of which stood on the page before it was
# made anew. Both follow from what they are asked with, so they are remembered, the latest.
@lru_cache(maxsize=20_000)
def url(name: str, *args: object) -> str:
    """Return the address of a named page."""
    return reverse(name, args=args)


def when(moment: datetime, kind: str = "") -> Markup:
    """Return a moment as a <time> element, in the reader's zone; `kind` is its class."""
    return _time(moment, "j M Y, H:i", kind)


def day(moment: datetime) -> Markup:
    """Return the day of a moment as a <time> element, in the reader's zone."""
    return _time(moment, "j M Y", "date")


def _time(moment: datetime, pattern: str, kind: str) -> Markup:
    zone, language = timezone.get_current_timezone(), translation.get_language()
    return _time_in(moment, zone, language, pattern, kind)


@lru_cache(maxsize=20_000)
def _time_in(
    moment: datetime, zone: tzinfo, _language: str | None, pattern: str, kind: str
) -> Markup:
    """Return a moment as an element; the language is the one in use, and tells entries apart."""
    local = timezone.localtime(moment, zone)
    utc = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    mark = Markup(' class="{}"').format(kind) if kind else Markup()
    return Markup('<time datetime="{}"{}>{}</time>').format(utc, mark, date_format(local, pattern))
