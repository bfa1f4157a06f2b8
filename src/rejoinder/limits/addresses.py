"""Whose address it is: one bucket for what one host, or one household, can send from."""

from __future__ import annotations

import ipaddress

# All that is no address shares it, so that nonsense buys no fresh count.
UNKNOWN = "unknown"
# What a provider gives a household at the least (RFC 6177 section 2); a host there takes
# any address of it (RFC 8981).
IPV6_PREFIX = 64
# Well-known prefix of translators: the IPv4 address is the last 32 bits (RFC 6052 section 2.1).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# IPv4-compatible addresses, long deprecated (RFC 4291 section 2.5.5.1).
COMPATIBLE = ipaddress.IPv6Network("::/96")


def network_of(address: str) -> str:
    """Return the network that an address is counted as: IPv4 whole, IPv6 by /64.

    An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) counts as itself:
    otherwise one host would have as many counts as it has ways to write it.
    """
    bare = address.strip().removeprefix("[").removesuffix("]").partition("%")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        inner = _ipv4_inside(found)
        if inner is None:
            return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))
        found = inner
    return str(found)


def _ipv4_inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    if address.teredo:
        return address.teredo[1]
    last = int(address) & 0xFFFF_FFFF
    # "::" and "::1" are no IPv4 addresses.
    if address in NAT64 or (address in COMPATIBLE and last > 1):
        return ipaddress.IPv4Address(last)
    return None
