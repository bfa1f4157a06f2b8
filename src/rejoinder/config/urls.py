"""Every URL of the site: the doors' own lists, put together."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("rejoinder.web.urls")),
]
