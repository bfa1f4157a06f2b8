"""The addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from rejoinder.web.views import front

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
]
