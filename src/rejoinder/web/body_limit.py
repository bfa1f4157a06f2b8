"""Refuses what is far too large before anything reads it, in words."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from rejoinder.limits import security_log
from rejoinder.limits.asked_from import client_address
from rejoinder.web.error_pages import bare_around

# Read and dropped before the answer: browsers show no answer while they still send.
MOST_DRAINED = 64 * 1024 * 1024
CHUNK = 64 * 1024


def limit(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a request whose body is larger than the site takes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        octets = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if not octets.isdigit() or int(octets) <= most:
            return answer(request)
        security_log.note("too_large", address=client_address(request), octets=octets)
        drained = 0
        while drained < MOST_DRAINED and (chunk := request.read(CHUNK)):
            drained += len(chunk)
        context = {**bare_around(), "octets": int(octets), "most": most}
        page = render_to_string("too_large.html", context)
        return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return middleware
