"""What a thread page of 30 posts weighs beside its text, and whom it asks for more."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from benchmarks.harness.runs import Figure
from benchmarks.harness.served import Server, fetch
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import GZIP, Session

REACH, REACH_OCTETS = 1.6, 12 * 1024
# A browser asks for these by itself; links are followed by readers.
_FETCHED = {"src", "srcset", "poster", "data", "background"}
_FETCHING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}
_UNSHOWN = {"script", "style", "template", "head"}


class Page(HTMLParser):
    """Reads a page: what it shows as text, how many posts, what else it has fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fetched: list[str] = []
        self.articles = 0
        self._unshown = 0
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """What is read on the page, spaces as they're drawn."""
        return re.sub(r"\s+", " ", "".join(self.words)).strip()

    def third_parties(self, own: str) -> list[str]:
        """Return the addresses fetched from other hosts than its own."""
        return [url for url in self.fetched if urlsplit(url).netloc not in ("", own)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag has the browser fetch."""
        self._unshown += tag in _UNSHOWN
        self.articles += tag == "article"
        named = {name: value or "" for name, value in attrs}
        for name in _FETCHED & named.keys():
            self.fetched += [part.split()[0] for part in named[name].split(",") if part.strip()]
        if tag == "link" and _FETCHING_LINKS & set(named.get("rel", "").split()):
            self.fetched.append(named.get("href", ""))
        # Words of neighbouring elements aren't one word.
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Note where an element ends."""
        self._unshown -= tag in _UNSHOWN

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._unshown:
            self.words.append(data)


def measure(session: Session, server: Server) -> list[Row]:
    """Return the rows of the page's weight."""
    answer = fetch(server.url + session.places.thread, GZIP)
    html = gzip.decompress(answer.octets)
    return rows_of(html.decode(), len(html), len(answer.octets), urlsplit(server.url).netloc)


def rows_of(html: str, octets: int, compressed: int, own: str) -> list[Row]:
    """Return the rows of a page: HTML to text, compressed less text, others' hosts."""
    page = Page(html)
    text = len(page.text.encode())
    work = "thread page of 30 posts"
    others = page.third_parties(own)
    return [
        rows.at_most(
            f"{work}: HTML to its text",
            REACH,
            Figure(octets / text),
            also=f"{octets:,} and {text:,} octets",
            notes=f"{page.articles} posts are drawn with their texts on one page",
        ),
        rows.at_most(
            f"{work}: gzipped less its text",
            REACH_OCTETS,
            Figure(compressed - text),
            unit="octets",
            also=f"{compressed:,} gzipped",
        ),
        rows.at_most(
            f"{work}: requests to third parties", 0, Figure(len(others)), notes=" ".join(others)
        ),
    ]
