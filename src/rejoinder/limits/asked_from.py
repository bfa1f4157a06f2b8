"""Where a request comes from: the one place that reads forwarded headers.

A proxy appends to X-Forwarded-For the address that it was asked from, so the header grows to
the right, and only what the operator's own proxies wrote is true. The option `proxies` says
how many there are; everything left of what they wrote is whatever the sender liked to write.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

from rejoinder.limits.addresses import UNKNOWN


def client_address(request: HttpRequest) -> str:
    """Return the IP address that a request comes from, or "unknown" where none can be had."""
    return sender_of(request.META)


def sender_of(environ: Mapping[str, object]) -> str:
    """Return the same of a request's environment, before it's the framework's."""
    hops = [str(environ.get("REMOTE_ADDR", ""))]
    if settings.PROXIES:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        hops = [hop for hop in forwarded.split(",") if hop.strip()] + hops
    # Fewer hops than proxies: all of them were written by proxies, and the first is the client.
    return _bare(hops[max(0, len(hops) - 1 - settings.PROXIES)])


def _bare(hop: str) -> str:
    """Return a hop's address without the port that some proxies add (RFC 7239 section 6)."""
    hop = hop.strip()
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        found = ipaddress.ip_address(hop.partition("%")[0])
    except ValueError:
        return UNKNOWN
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
