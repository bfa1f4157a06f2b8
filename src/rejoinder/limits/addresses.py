"""Whose address it is: one bucket for what one host, or one household, can send from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

# All that is no address shares it, so that nonsense buys no fresh count.
UNKNOWN = "unknown"
# What a provider gives a household at the least (RFC 6177 section 2); a host there takes
# any address of it (RFC 8981).
COUNTED_BITS = {4: 32, 6: 64}
VICINITY_BITS = {4: 24, 6: 48}
# Well-known prefix of translators: the IPv4 address is the last 32 bits (RFC 6052 section 2.1).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# IPv4-compatible addresses, long deprecated (RFC 4291 section 2.5.5.1).
COMPATIBLE = ipaddress.IPv6Network("::/96")


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def parsed(address: str) -> Address | None:
    """Return an address without zone and brackets; None if it's none.

    An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is itself: otherwise
    one host would have as many counts, and ways round a ban, as it has ways to write it.
    """
    bare = address.strip().removeprefix("[").removesuffix("]").partition("%")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return _ipv4_inside(found) or found
    return found


def network_of(address: str) -> str:
    """Return the network that an address is counted as: IPv4 whole, IPv6 by /64."""
    found = parsed(address)
    if found is None:
        return UNKNOWN
    network = around(found, COUNTED_BITS)
    return str(network) if found.version == 6 else str(found)


def vicinity_of(address: str) -> str:
    """Return what is told and kept of an address: its /24, or /48 of IPv6; empty for none.

    Enough to know a stranger's network by, and to ban by; too little to find a person by.
    """
    found = parsed(address)
    return str(around(found, VICINITY_BITS)) if found is not None else ""


def around(
    address: Address, bits: Mapping[int, int]
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return the network of so many bits, by the version of IP, that an address is in."""
    return ipaddress.ip_network((address, bits[address.version]), strict=False)


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
