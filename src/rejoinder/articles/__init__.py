"""Articles: an Internet message as seen from a post, for mail, NNTP and mbox alike.

Owns reading of RFC 5322 and 5536 messages with their MIME bodies, and what Message-IDs are
worth. May import from lower rooms. Nothing here touches the database, and nothing here turns
HTML or flowed text into a post's text: that is the room `text`.

Start reading in `parse.py`; `article.py` says what comes out of it.
"""
