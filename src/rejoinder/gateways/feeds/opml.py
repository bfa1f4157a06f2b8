"""A list of feeds that readers take in at once (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from rejoinder.gateways.feeds.written import printable

MEDIA_TYPE = "text/x-opml"


def write(title: str, feeds: Iterable[tuple[str, str, str]]) -> bytes:
    """Return the octets of a list: of each feed its title, its address and its page's."""
    outlines = "".join(
        f'<outline type="rss" text={_quoted(name)} title={_quoted(name)}'
        f" xmlUrl={_quoted(address)} htmlUrl={_quoted(page)}/>\n"
        for name, address, page in feeds
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n'
        f"<head><title>{escape(printable(title))}</title></head>\n"
        f"<body>\n{outlines}</body>\n</opml>\n"
    ).encode()


def _quoted(words: str) -> str:
    return quoteattr(printable(words))
