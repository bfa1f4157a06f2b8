"""Which addresses are other people's servers, for certain.

An allow-list of our own, since the standard library's `is_global` follows registries that
change and is true for addresses that lead inside by way of a translator. Source: IANA's
registries of special-purpose addresses (RFC 6890) for IPv4 and IPv6.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# IPv4: all but these.
_NOT_OUTSIDE = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host (RFC 1122)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # behind a provider's translator (RFC 6598)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # looks public, and is what Azure's machines are told things by
        "169.254.0.0/16",  # the link; where clouds keep their machines' secrets
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # protocols' own (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.31.196.0/24",  # AS112 (RFC 7535)
        "192.52.193.0/24",  # AMT relays (RFC 7450)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "192.175.48.0/24",  # AS112 (RFC 7534)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# IPv6: these (all that is given out for hosts, RFC 4291 2.4), but for those within.
_UNICAST = IPv6Network("2000::/3")
_NOT_OUTSIDE_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own: Teredo, ORCHID, benchmarks, AMT
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: leads to an IPv4 address of the writer's choice
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the old 6bone
        "3fff::/20",  # documentation (RFC 9637)
    )
)
# On networks without IPv4, names that have no IPv6 address of their own get one here; it is
# as public as the IPv4 address in its last 32 bits (RFC 6052 2.1, RFC 6147).
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet's hosts."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_OUTSIDE)
    if address.scope_id is not None:
        return False
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _UNICAST and not any(address in network for network in _NOT_OUTSIDE_6)
