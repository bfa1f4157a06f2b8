"""Where a text leads: its links, and the hosts that it names."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import urlsplit

from rejoinder.moderation.rules.wordlist import WordsSought, entries_in
from rejoinder.text.names import look_key

# In what we drew ourselves: attributes are quoted and escaped.
_href = re.compile(r'<a [^>]*?href="([^"]*)"')
_no_host = re.compile(r"[^\w.-]+")
LONGEST_HOST = 253  # RFC 1035 section 2.3.4


def links_in(drawn: str) -> list[str]:
    """Return the links out of the site in a drawn text, in order, each once."""
    found = (html.unescape(href) for href in _href.findall(drawn))
    return list(dict.fromkeys(href for href in found if host_of(href)))


def hosts_in(title: str, source: str, drawn: str) -> list[str]:
    """Return the hosts that a post links to or names in its words, each once."""
    linked = [host_of(link) for link in links_in(drawn)]
    named = [_as_host(word) for word in _no_host.split(f"{title} {source}")]
    return list(dict.fromkeys(host for host in linked + named if host))


def host_key(host: str) -> str:
    """Return a key that is equal for hosts that look alike; label by label, `*` stays."""
    return ".".join("*".join(map(look_key, label.split("*"))) for label in host.split("."))


def listed_hosts(entries: str, hosts: list[str]) -> list[str]:
    """Return the entries of a list that cover some of these hosts.

    An entry covers a host and all below it; `*` stands for any part of a label or of
    several.
    """
    sought = _ready_hosts(entries)
    return sought.found_in([above for host in hosts for above in _all_above(host_key(host))])


def _all_above(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[first:]) for first in range(len(labels))]


@lru_cache(maxsize=8)
def _ready_hosts(entries: str) -> WordsSought:
    sought = WordsSought()
    for entry in entries_in(entries):
        key = host_key(_as_entry(entry))
        if "*" in key:
            sought.add_pieces(entry, key.split("*"))
        elif key:
            sought.add_words(entry, [key])
    return sought


def _as_entry(entry: str) -> str:
    host = entry.rpartition("//")[2].partition("/")[0].casefold()
    return _unicode(host.removeprefix("*.").removeprefix("www.").strip("."))


def host_of(link: str) -> str:
    """Return where a link leads, in small letters; empty if to no host."""
    if link.startswith("//"):
        link = f"http:{link}"
    try:
        host = urlsplit(link).hostname
    except ValueError:
        return ""
    return _as_host(host) if host else ""


def _as_host(word: str) -> str:
    """Return a word as a host, in letters and in small ones; empty if it's none."""
    host = word.strip(".-").casefold()
    if "." not in host or len(host) > LONGEST_HOST or ".." in host:
        return ""
    return _unicode(host)


def _unicode(host: str) -> str:
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
