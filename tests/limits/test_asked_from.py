"""Where a request comes from: only what the operator's own proxies wrote is believed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from rejoinder.limits.asked_from import client_address


def seen(proxies: int, forwarded: str | None, settings: Any, remote: str = "198.51.100.9") -> str:
    settings.PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "198.51.100.9"),
        (0, "192.0.2.1", "198.51.100.9"),
        (0, "192.0.2.1, 192.0.2.2", "198.51.100.9"),
        (1, "192.0.2.1", "192.0.2.1"),
        # What the sender forged stands left of what the proxy wrote.
        (1, "10.0.0.1, 192.0.2.1", "192.0.2.1"),
        (1, "10.0.0.1,10.0.0.2 ,\t192.0.2.1", "192.0.2.1"),
        (2, "10.0.0.1, 192.0.2.1, 203.0.113.5", "192.0.2.1"),
        # Past the outer proxy, or no header at all: the nearest that a proxy vouches for.
        (2, "192.0.2.1", "192.0.2.1"),
        (1, None, "198.51.100.9"),
        (1, "", "198.51.100.9"),
        (1, " , ", "198.51.100.9"),
        # As proxies write them.
        (1, "192.0.2.1:1234", "192.0.2.1"),
        (1, "[2001:db8::1]:1234", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
        # Nonsense in the proxy's own place is nobody's address.
        (1, "192.0.2.1, unknown", "unknown"),
        (1, "192.0.2.1, _hidden", "unknown"),
        (1, "192.0.2.1; DROP TABLE", "unknown"),
    ],
)
def test_an_address_behind_proxies(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    assert seen(proxies, forwarded, settings) == address


def test_without_any_address_it_is_unknown_and_not_empty(settings: Any) -> None:
    assert seen(0, None, settings, remote="") == "unknown"


@pytest.mark.parametrize(
    "header",
    ["X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP"],
)
def test_no_other_header_is_believed(settings: Any, header: str) -> None:
    settings.PROXIES = 1
    request = RequestFactory().get("/", headers={header: "192.0.2.1"}, REMOTE_ADDR="198.51.100.9")
    assert client_address(request) == "198.51.100.9"


@pytest.mark.django_db
def test_the_principal_of_a_page_carries_the_address(settings: Any) -> None:
    settings.PROXIES = 1
    answer = Client().get("/", headers={"X-Forwarded-For": "10.0.0.1, 192.0.2.1"})
    assert answer.wsgi_request.principal.address == "192.0.2.1"
