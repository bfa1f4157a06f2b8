"""Feeds: what was posted, for feed readers, as Atom (RFC 4287) and JSON Feed 1.1.

Owns what a feed is of (`sources.py`: one registration for each), which posts stand in which of
its documents (`documents.py`), and how they're written (`atom.py`, `json_feed.py`: no Django).
What everybody reads is answered from memory as guests' pages are; what a member reads, at
addresses with a token of theirs, never. Start reading in `views.py`; why it is so is told in
decision 91.
"""
