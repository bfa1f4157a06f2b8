"""Words and moments as both formats have them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# What no XML document holds (XML 1.0 section 2.2).
_not_xml = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_tag = re.compile(r"<[a-z][^>]*>")
_address = re.compile(r' (href|src)="/(?!/)')


def moment(at: datetime) -> str:
    """Return a moment in UTC (RFC 3339 section 5.6, as RFC 4287 section 3.3 has it)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def printable(words: str) -> str:
    """Return words without what no XML document holds."""
    return _not_xml.sub("", words)


def with_whole_addresses(html: str, site: str) -> str:
    """Return sanitised HTML whose links to this site name it: readers show it elsewhere."""
    whole = rf' \1="{site}/'.replace("\\1", r"\g<1>")
    return _tag.sub(lambda tag: _address.sub(whole, tag[0]), html)
