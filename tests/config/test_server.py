from __future__ import annotations

import socket

import pytest

from rejoinder.config.server import Place, find_place
from rejoinder.errors import BadInput, Unavailable


def test_a_port_in_use_is_named_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match=rf"Port {port} is in use on localhost.*--port"):
            find_place("localhost", port)


def test_a_port_that_another_server_listens_on_is_in_use() -> None:
    """Workers set SO_REUSEPORT, by which two servers would share a port unawares."""
    other = socket.create_server(("127.0.0.1", 0), reuse_port=True)
    with other, pytest.raises(Unavailable, match="is in use"):
        find_place("localhost", other.getsockname()[1])


def test_port_0_takes_a_free_one() -> None:
    place = find_place("localhost", 0)
    assert place.ip == "127.0.0.1"
    assert place.port > 0


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "a" * 70])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(BadInput, match="--host"):
        find_place(host, 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://localhost:80"),
        ("::1", "http://[::1]:80"),
        ("board.example.org", "http://board.example.org:80"),
    ],
)
def test_the_address_can_be_opened_in_a_browser(host: str, address: str) -> None:
    assert Place(host, "127.0.0.1", 80).address == address
