"""What may be asked: public addresses at the usual ports, and what the operator allows beside.

The setting `outbound_allow` has words with spaces between: WHAT or WHAT:PORT. WHAT is a name of
a host, an address, a network, or `*` for all that is public; IPv6 stands in brackets where a
port follows. PORT is a number, or `*` for any; without one, the usual two are meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from rejoinder.errors import BadInput
from rejoinder.outbound.public import Address, is_public

USUAL_PORTS = frozenset({80, 443})
_word = re.compile(
    r"(?:\[(?P<v6>[^\]]+)\]|(?P<v6_bare>[^:]*:[^:]*:.*)|(?P<what>[^:]+))(?::(?P<port>\d{1,5}|\*))?"
)
_name = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*"
)


@dataclass(frozen=True)
class Entry:
    """One word of the setting; `port` None is the usual two, 0 any."""

    host: str = ""
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    def permits(self, host: str, address: Address, port: int) -> bool:
        """Tell whether this word allows an address that a host's name led to."""
        if self.port is None and port not in USUAL_PORTS:
            return False
        if self.port and port != self.port:
            return False
        if self.network is not None:
            return address.version == self.network.version and address in self.network
        return is_public(address) if self.host == "*" else host == self.host


@lru_cache(maxsize=16)
def read(setting: str) -> tuple[Entry, ...]:
    """Return the words of the setting, checked. Raises BadInput for one that is none."""
    return tuple(_entry(word) for word in setting.lower().split())


def permits(setting: str, host: str, address: Address, port: int) -> bool:
    """Tell whether an address may be connected to for a host's name."""
    if port in USUAL_PORTS and is_public(address):
        return True
    return any(entry.permits(host, address, port) for entry in read(setting))


def _entry(word: str) -> Entry:
    matched = _word.fullmatch(word)
    if matched is None:
        raise _no_word(word)
    port = _port(matched["port"])
    if port is not None and not 0 <= port <= 65535:
        raise _no_word(word)
    what = matched["v6"] or matched["v6_bare"] or matched["what"]
    if what == "*":
        return Entry(host="*", port=port)
    try:
        return Entry(network=ip_network(what), port=port)
    except ValueError:
        if matched["what"] is None or _name.fullmatch(what) is None or what[-1].isdigit():
            raise _no_word(word) from None
    return Entry(host=what, port=port)


def _port(written: str | None) -> int | None:
    if written is None:
        return None
    # A zero that is written is no port; beyond the range it's refused.
    return 0 if written == "*" else int(written) or -1


def _no_word(word: str) -> BadInput:
    return BadInput(
        f"Option 'outbound_allow' has {word!r}; write a host, an address or a network such as "
        "10.0.0.0/8, with :PORT behind it if you like."
    )
