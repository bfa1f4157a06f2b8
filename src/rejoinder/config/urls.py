"""Every URL of the pages: those that a site answers most are there as soon as it starts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("rejoinder.web.urls")),
    path("", include("rejoinder.gateways.feeds.urls")),
    path("", include("rejoinder.gateways.feeds.private_urls")),
]

handler400 = "rejoinder.web.error_pages.bad_request"
handler403 = "rejoinder.web.error_pages.refused"
handler404 = "rejoinder.web.error_pages.missing"
handler500 = "rejoinder.web.error_pages.broken"
