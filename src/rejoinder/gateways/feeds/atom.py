"""A document of a feed as Atom.

Source: RFC 4287 (Atom), RFC 4685 (threading), RFC 5005 (paging and archives), RFC 6721 (what is
gone), WebSub section 4 (its hub).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from rejoinder.gateways.feeds.entries import Document, Entry
from rejoinder.gateways.feeds.written import moment, printable

MEDIA_TYPE = "application/atom+xml"
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
    ' xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="{language}">\n'
)


def write(document: Document) -> bytes:
    """Return a document's octets; the same document always gives the same."""
    lines = [_HEAD.format(language=_quoted(document.language)), *_head(document)]
    for name, at in document.deleted:
        lines.append(f'<at:deleted-entry ref="{_quoted(name)}" when="{moment(at)}"/>\n')
    for entry in document.entries:
        lines += _entry(entry)
    lines.append("</feed>\n")
    return "".join(lines).encode()


def _head(document: Document) -> Iterator[str]:
    yield _text("id", document.id)
    yield _text("title", document.title)
    if document.subtitle:
        yield _text("subtitle", document.subtitle)
    yield _text("updated", moment(document.updated))
    yield _text("generator", "Rejoinder")
    links = {
        "self": document.own,
        "hub": document.hub,
        "first": document.first,
        "previous": document.previous,
        "next": document.next,
        "current": document.current if document.current != document.own else "",
        "prev-archive": document.previous_archive,
        "next-archive": document.next_archive,
    }
    yield _link("alternate", document.page, "text/html")
    if document.other:
        yield _link("alternate", document.other, "application/feed+json")
    for relation, address in links.items():
        if address:
            yield _link(relation, address, "" if relation == "hub" else MEDIA_TYPE)
    if document.is_archive:
        yield "<fh:archive/>\n"
    if document.is_complete:
        yield "<fh:complete/>\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield "<entry>\n"
    yield _text("id", entry.id)
    yield _text("title", entry.title)
    yield _link("alternate", entry.url, "text/html")
    yield f"<author>{_text('name', entry.author)[:-1]}"
    yield f"{_text('uri', entry.author_url)[:-1] if entry.author_url else ''}</author>\n"
    yield _text("published", moment(entry.published))
    yield _text("updated", moment(entry.updated))
    handle, name = entry.board
    yield f'<category term="{_quoted(handle)}" label="{_quoted(name)}"/>\n'
    if entry.parent:
        # RFC 4685 section 3; `related` is for readers that don't know it.
        address = _quoted(entry.parent.url)
        yield f'<thr:in-reply-to ref="{_quoted(entry.parent.id)}" href="{address}"'
        yield ' type="text/html"/>\n'
        yield _link("related", entry.parent.url, "text/html")
    # RFC 4685 sections 4 and 5.
    yield f'<link rel="replies" type="{MEDIA_TYPE}" href="{_quoted(entry.replies_url)}"'
    yield f' thr:count="{entry.replies_count}"/>\n<thr:total>{entry.replies_count}</thr:total>\n'
    for file in entry.files:
        yield f'<link rel="enclosure" type="{_quoted(file.media_type)}" length="{file.octets}"'
        yield f' title="{_quoted(file.title)}" href="{_quoted(file.url)}"/>\n'
    yield f'<content type="html">{escape(printable(entry.html))}</content>\n</entry>\n'


def _text(name: str, words: str) -> str:
    return f"<{name}>{escape(printable(words))}</{name}>\n"


def _link(relation: str, address: str, media_type: str) -> str:
    kind = f' type="{media_type}"' if media_type else ""
    return f'<link rel="{relation}"{kind} href="{_quoted(address)}"/>\n'


def _quoted(value: str) -> str:
    return escape(printable(value), {'"': "&quot;", "\n": " ", "\t": " ", "\r": " "})
