"""Feeds as tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.test import Client
from lxml import etree

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "thr": "http://purl.org/syndication/thread/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "at": "http://purl.org/atompub/tombstones/1.0",
}


def parsed(octets: bytes) -> Any:
    """Return a feed's document, which RFC 4287's grammar allows."""
    root = etree.fromstring(octets)
    assert SCHEMA.validate(root), SCHEMA.error_log
    relations = [
        (link.get("rel"), link.get("type"), link.get("hreflang"))
        for link in root.findall("a:link", NAMES)
        if link.get("rel") == "alternate"
    ]
    # RFC 4287 section 4.1.1.
    assert len(relations) == len(set(relations))
    ids = [entry.findtext("a:id", namespaces=NAMES) for entry in root.findall("a:entry", NAMES)]
    assert len(ids) == len(set(ids))
    return root


def got(address: str, client: Client | None = None) -> Any:
    """Return the document at an address."""
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return parsed(answer.content)


def titles(root: Any) -> list[str]:
    """Return the entries' titles, in their order."""
    return [title.text for title in root.findall("a:entry/a:title", NAMES)]


def link(root: Any, relation: str) -> str:
    """Return where the document's link of a relation leads, below the site; empty: nowhere."""
    found = root.find(f"a:link[@rel='{relation}']", NAMES)
    return "" if found is None else found.get("href").removeprefix("http://testserver")


def entry(root: Any, title: str) -> Any:
    """Return the entry of a title."""
    (found,) = [
        e for e in root.findall("a:entry", NAMES) if e.findtext("a:title", None, NAMES) == title
    ]
    return found
