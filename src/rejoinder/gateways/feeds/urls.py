"""The addresses of public feeds: each source below what it's of, in each format."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from rejoinder.gateways.feeds.sources import SOURCES
from rejoinder.gateways.feeds.views import FORMATS, view_of


def _addresses() -> Iterator[URLPattern]:
    for source in SOURCES:
        for suffix in FORMATS:
            view = view_of(source, suffix)
            yield path(f"{source.path}feed.{suffix}", view, name=f"{source.name}_{suffix}")


urlpatterns = list(_addresses())
