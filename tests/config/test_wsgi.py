"""What a request's header says of its encoding is never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from rejoinder.config.wsgi import Application, Request, front
from rejoinder.serving.by_cost import ByCost


def _environ(content_type: str, query: str = "") -> dict[str, Any]:
    environ = RequestFactory().get("/").environ
    return environ | {"CONTENT_TYPE": content_type, "QUERY_STRING": query}


def test_workers_serve_requests_of_this_kind() -> None:
    limited = front.application
    assert isinstance(limited, ByCost)
    framework = limited.application
    assert isinstance(framework, Application)
    assert framework.request_class is Request


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=utf-16",
        "text/plain; charset=zlib",
        "text/plain; charset=rot13",
        "text/plain; charset=idna",
        "text/plain; charset=undefined",
        "text/plain; charset*=nowhere''x",
        ";;",
    ],
)
def test_an_address_is_read_as_utf_8_whatever_the_charset(content_type: str) -> None:
    request = Request(_environ(content_type, "x=%C3%BC"))
    assert request.GET["x"] == "ü"


def test_too_many_parameters_are_refused_when_they_are_read_and_not_before() -> None:
    Request(_environ("text/plain; charset=utf-8", "a&" * 2000))
