"""The addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from rejoinder.web.views import front, settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("account/", settings.settings, name="settings"),
    path("account/sessions/<int:session_id>/end", settings.end_session, name="end_session"),
    path("account/", include("allauth.urls")),
]
