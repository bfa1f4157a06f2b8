"""One host, or one household, is one bucket, however it writes its address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.limits.addresses import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        # One host's IPv4 address inside IPv6 ones: mapped, NAT64, 6to4, compatible, Teredo.
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "192.0.2.1"),
        ("2002:c000:201::1", "192.0.2.1"),
        ("2002:c000:201:ffff:1:2:3:4", "192.0.2.1"),
        ("::192.0.2.1", "192.0.2.1"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdfe", "192.0.2.1"),
        ("", UNKNOWN),
        ("nonsense", UNKNOWN),
        ("192.0.2.1, 192.0.2.2", UNKNOWN),
        ("192.0.2.256", UNKNOWN),
        ("010.0.0.1", UNKNOWN),
        ("1.2.3", UNKNOWN),
        ("\u0661.2.3.4", UNKNOWN),
    ],
)
def test_an_address_is_counted_as(address: str, network: str) -> None:
    assert network_of(address) == network


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_no_two_addresses_of_one_64_are_counted_apart(one: int, other: int) -> None:
    import ipaddress

    base = int(ipaddress.IPv6Address("2001:db8:5:6::"))
    assert network_of(str(ipaddress.IPv6Address(base | one))) == network_of(
        str(ipaddress.IPv6Address(base | other))
    )


@given(st.text(max_size=50))
def test_any_text_has_a_bucket(text: str) -> None:
    assert network_of(text)
