"""The addresses of the API, each with a name that no page has."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, include, path, re_path

from rejoinder.api import reference
from rejoinder.api.answers import answered, missing
from rejoinder.api.application import API


def _operations() -> Iterator[URLPattern]:
    """Yield the framework's addresses, but for its own root; each answers as `answered` says."""
    for found in API.urls[0]:
        if isinstance(found, URLPattern) and found.name != "api-root":
            yield path(str(found.pattern), answered(found.callback), name=found.name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", reference.page, name="api_reference"),
    path("api/v1/openapi.json", answered(reference.document), name="api_document"),
    path("api/v1/", include(list(_operations()))),
    re_path(r"^api/v1(?:/.*)?$", answered(missing), name="api_missing"),
]
