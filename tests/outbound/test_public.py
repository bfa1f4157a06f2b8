from __future__ import annotations

from ipaddress import ip_address

import pytest

from rejoinder.errors import BadInput
from rejoinder.outbound import allowed
from rejoinder.outbound.public import is_public

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 64:ff9b:1::8.8.8.8
100::1 100:0:0:1::1
2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
2002:a00:1:: 2002:808:808:: 2620:4f:8000::1 3ffe::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254
fd12:3456:789a::1 fe80::1 fe80::1%eth0 2a00:1450::1%eth0 fec0::1 ff02::1 ff0e::1
1::1 4000::1 8000::1 e000::1
"""
OUTSIDE = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
223.255.255.255 2606:4700::1111 2a00:1450:4001::200e 2001:4860:4860::8888 2003::1 64:ff9b::8.8.8.8
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_nothing_inside_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_other_peoples_servers_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("setting", "host", "address", "port", "permitted"),
    [
        ("", "a.example", "8.8.8.8", 443, True),
        ("", "a.example", "8.8.8.8", 80, True),
        ("", "a.example", "8.8.8.8", 22, False),
        ("", "a.example", "127.0.0.1", 80, False),
        ("hub.intra.example", "hub.intra.example", "10.0.0.1", 443, True),
        ("hub.intra.example", "hub.intra.example", "10.0.0.1", 8080, False),
        ("HUB.intra.example:8080", "hub.intra.example", "10.0.0.1", 8080, True),
        ("hub.intra.example:8080", "hub.intra.example", "10.0.0.1", 80, False),
        ("hub.intra.example", "evil.example", "10.0.0.1", 443, False),
        ("intra.example", "hub.intra.example", "10.0.0.1", 443, False),
        ("10.1.0.0/16", "a.example", "10.1.2.3", 80, True),
        ("10.1.0.0/16", "a.example", "10.2.0.1", 80, False),
        ("10.1.0.0/16:8080 127.0.0.1:*", "a.example", "127.0.0.1", 4711, True),
        ("fd00::/8", "a.example", "fd00::5", 443, True),
        ("[fd00::5]:8443", "a.example", "fd00::5", 8443, True),
        ("[fd00::5]:8443", "a.example", "fd00::5", 443, False),
        ("*:8443", "a.example", "8.8.8.8", 8443, True),
        ("*:8443", "a.example", "10.0.0.1", 8443, False),
        ("*:*", "a.example", "127.0.0.1", 25, False),
    ],
)
def test_the_setting_allows_what_it_names(
    setting: str, host: str, address: str, port: int, permitted: bool
) -> None:
    assert allowed.permits(setting, host, ip_address(address), port) is permitted


@pytest.mark.parametrize(
    "setting",
    ["10.0.0.0/99", "10.0.0.1/8", "a.example:0", "a.example:70000", "a.example:x", "[::1", "a_/b",
     "300.1.1.1", "http://a.example", ":80", "a.example:-1"],
)  # fmt: skip
def test_a_word_that_is_none_is_refused_by_name(setting: str) -> None:
    with pytest.raises(BadInput, match="outbound_allow"):
        allowed.read(setting)
