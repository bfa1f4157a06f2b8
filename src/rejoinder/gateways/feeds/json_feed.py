"""A document of a feed as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from rejoinder.gateways.feeds.entries import Document, Entry
from rejoinder.gateways.feeds.written import moment

MEDIA_TYPE = "application/feed+json"


def write(document: Document) -> bytes:
    """Return a document's octets; the same document always gives the same."""
    said: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "description": document.subtitle,
        "home_page_url": document.page,
        "feed_url": document.own,
        "next_url": document.next,
        "language": document.language,
        "hubs": [{"type": "WebSub", "url": document.hub}] if document.hub else [],
    }
    kept = {name: value for name, value in said.items() if value}
    kept["items"] = [_item(entry) for entry in document.entries]
    return json.dumps(kept, ensure_ascii=False, indent=1).encode(errors="replace") + b"\n"


def _item(entry: Entry) -> dict[str, Any]:
    author = {"name": entry.author, "url": entry.author_url}
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        # One of the two must be there; a post may be its title alone.
        **({"content_html": entry.html} if entry.html else {"content_text": ""}),
        "date_published": moment(entry.published),
        "date_modified": moment(entry.updated),
        "authors": [{name: value for name, value in author.items() if value}],
        "tags": [entry.board[1]],
    }
    if entry.files:
        item["attachments"] = [
            {
                "url": file.url,
                "mime_type": file.media_type,
                "title": file.title,
                "size_in_bytes": file.octets,
            }
            for file in entry.files
        ]
    # An extension has a name of its own below the item; readers leave out what they don't know.
    item["_rejoinder"] = {"replies_url": entry.replies_url, "replies_count": entry.replies_count}
    if entry.parent:
        item["_rejoinder"] |= {"in_reply_to": entry.parent.id, "in_reply_to_url": entry.parent.url}
    return item
