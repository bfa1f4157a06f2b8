"""A URL as something to connect to, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

from rejoinder.errors import BadUrl

LONGEST = 2048
_PORTS = {"http": 80, "https": 443}
# What parsers disagree about is in no URL that a server would hand out.
_unusable = re.compile(r"[\x00-\x20\x7f\\]")
_ascii_name = re.compile(r"[a-z0-9_.-]+")


@dataclass(frozen=True)
class Target:
    """Where a request goes: `host` in ASCII and lower case, without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The URL again, without a fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Whom it belongs to."""
        return self.scheme, self.host, self.port


def read(url: str) -> Target:
    """Return where a URL leads.

    Raises BadUrl for anything but http and https, for user names in it, and for what no
    server would hand out.
    """
    if len(url) > LONGEST or _unusable.search(url):
        raise BadUrl("That is no address of a page: it's too long, or has spaces in it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl("That is no address of a page; look at its host and port.") from None
    if parts.scheme not in _PORTS:
        raise BadUrl("Write an address that begins with https:// or http://.")
    if "@" in parts.netloc:
        raise BadUrl("Leave the user name and the password out of the address.")
    if not parts.hostname or port == 0:
        raise BadUrl("That address names no host.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(
        parts.scheme,
        _host(parts.hostname),
        port or _PORTS[parts.scheme],
        path + (f"?{query}" if query else ""),
    )


def follow(target: Target, location: str) -> Target:
    """Return where a redirect leads, relative or not. Raises BadUrl as `read` does."""
    try:
        return read(urljoin(target.url, location.strip()))
    except ValueError:
        raise BadUrl("It leads to what is no address of a page.") from None


def _host(name: str) -> str:
    if ":" in name:
        if "%" in name:
            raise BadUrl("Leave the zone out of the address.")
        return name
    name = name.lower().removesuffix(".")
    if _ascii_name.fullmatch(name):
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise BadUrl("That address names no host that there could be.") from None
